using Dapr;
using OpsMesh.Hosting;
using OpsMesh.Samples.Subscriber;

// A microservice that follows the mesh's events. Everything it knows of Dapr is [Topic] and the two Map/Use calls.
var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("subscriber-csharp", builder.SubscriberPorts());
builder.Services.AddSingleton<ReceivedEvents>();

var app = builder.Build();
app.MapServiceDefaults();
app.UseAppToken(builder.Configuration["APP_API_TOKEN"]);
app.MapSubscribeHandler();
app.MapPost("/events/agent-state", [Topic("pubsub", "agent-state")] (HttpRequest request, ReceivedEvents received) => received.AddAsync("agent-state", request));
app.MapPost("/events/node-state", [Topic("pubsub", "node-state")] (HttpRequest request, ReceivedEvents received) => received.AddAsync("node-state", request));
app.MapGet("/received", (ReceivedEvents received) => Results.Content(received.ToJson(), "application/json")).OnManagementPort();
await app.RunAsync();
