using OpsMesh.Access;
using OpsMesh.DocumentStore;
using OpsMesh.Hosting;
using OpsMesh.Registry;
using OpsMesh.Registry.Heartbeats;
using OpsMesh.Registry.Inventory;
using OpsMesh.Registry.Liveness;
using OpsMesh.Registry.Registration;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults("registry");
builder.AddAccess();
builder.AddDocuments("registry");
builder.AddRegistration();
builder.AddHeartbeats();
builder.AddLiveness();
builder.AddInventory();

var app = builder.Build();
app.MapServiceDefaults();
app.MapGrpcService<RegistryGrpc>();
app.MapGrpcService<NodesGrpc>();
app.RequirePolicies();
await app.RunAsync();
