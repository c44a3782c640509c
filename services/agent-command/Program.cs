using OpsMesh.Access;
using OpsMesh.AgentCommand;
using OpsMesh.AgentCommand.Delivery;
using OpsMesh.AgentCommand.Inventory;
using OpsMesh.AgentCommand.Ledger;
using OpsMesh.AgentCommand.Operations;
using OpsMesh.AgentCommand.Sessions;
using OpsMesh.DocumentStore;
using OpsMesh.Hosting;
using OpsMesh.Reach;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("agent-command");
builder.AddAccess();
builder.AddDocuments("agent-command");
builder.AddReach();
builder.AddLedger();
builder.AddInventory();
builder.AddDelivery();
builder.AddSessions();
builder.AddOperations();

var app = builder.Build();
app.MapServiceDefaults();
app.MapGrpcService<SessionsService>();
app.MapGrpcService<AgentsService>();
app.MapGrpcService<CommandsService>();
app.RequirePolicies();
await app.RunAsync();
