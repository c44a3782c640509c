using OpsMesh.Access;
using OpsMesh.Hosting;
using OpsMesh.LogStreaming.Tailing;
using OpsMesh.Reach;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("log-streaming");
builder.AddAccess();
builder.AddReach();
builder.AddTailing();

var app = builder.Build();
app.MapServiceDefaults();
app.MapGrpcService<LogsService>();
app.RequirePolicies();
await app.RunAsync();
