using OpsMesh.Console;
using OpsMesh.Console.Backends;
using OpsMesh.Console.Login;
using OpsMesh.Console.OpenApi;
using OpsMesh.Console.Page;
using OpsMesh.Console.Traces;
using OpsMesh.Console.Transcoding;
using OpsMesh.Hosting;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddPagePort();
builder.AddServiceDefaults("console");
builder.AddBackends();
builder.AddLogin();
builder.AddTranscoding();
builder.AddTraces();
builder.AddOpenApi();
builder.AddPage();

var app = builder.Build();
app.MapServiceDefaults();
app.MapConsole();
await app.RunAsync();
