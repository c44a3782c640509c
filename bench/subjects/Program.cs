using OpsMesh.Bench.Subjects;
using OpsMesh.Bench.Subjects.Calling;
using OpsMesh.Bench.Subjects.Eventing;
using OpsMesh.Bench.Subjects.Holding;
using OpsMesh.Bench.Subjects.Serving;
using OpsMesh.Bench.Subjects.Stating;

// What `opsmesh bench` measures, each in a process of its own. It starts with what is typed here, says on standard output that it is
// ready, and then does what standard input asks for, a line at a time, until that ends.
return args switch
{
    ["serve", var kind] => await ServeProgram.RunAsync(kind),
    ["call", var kind, var url, var connections, var streams] => await CallProgram.RunAsync(kind, new(url), Number(connections), Number(streams)),
    ["hold", var port] => await HoldProgram.RunAsync(Number(port)),
    ["probe", var url, var count] => await ProbeProgram.RunAsync(new(url), Number(count)),
    ["state", "sidecar", var url, var store] => await StateProgram.RunAsync(new SidecarState(new(url), store)),
    ["state", "sqlite", var file] => await StateProgram.RunAsync(new SqliteState(file)),
    ["events"] => await EventProgram.RunAsync(),
    ["bodies", var folder, var count] => await BodiesProgram.RunAsync(folder, Number(count)),
    _ => Usage(),
};

static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

static int Usage()
{
    Console.Error.WriteLine("""
        serve grpc|grpc-direct|rawtrail|rawstream
        call channel|hand URL CONNECTIONS STREAMS
        hold PORT
        probe URL COUNT
        bodies FOLDER COUNT
        state sidecar URL STORE | state sqlite FILE
        events
        """);
    return 2;
}
