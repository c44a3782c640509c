using OpsMesh.Access;
using OpsMesh.DocumentStore;
using OpsMesh.Hosting;
using OpsMesh.TelemetryIngest.Flushing;
using OpsMesh.TelemetryIngest.Intake;
using OpsMesh.TelemetryIngest.Queries;
using OpsMesh.TelemetryIngest.Storage;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("telemetry-ingest");
builder.AddAccess();
builder.AddDocuments("telemetry-ingest");
builder.AddStorage();
builder.AddFlushing();
builder.AddIntake();
builder.AddQueries();

var app = builder.Build();
app.MapServiceDefaults();
app.MapGrpcService<TelemetryGrpc>();
app.MapGrpcService<MetricsGrpc>();
app.RequirePolicies();
await app.RunAsync();
