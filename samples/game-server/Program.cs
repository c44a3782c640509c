using System.Runtime.InteropServices;
using OpsMesh.Samples.GameServer;

// A stand-in for what runs on a node: answers on a port, writes a log, or burns a core.
using var stopping = new CancellationTokenSource();
using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var onInt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

try
{
    return await Modes.RunAsync(args, TimeProvider.System, stopping.Token);
}
catch (OperationCanceledException)
{
    Console.WriteLine($"stopped pid={Environment.ProcessId}");
    return 0;
}
catch (FormatException bad)
{
    await Console.Error.WriteLineAsync(bad.Message);
    return 2;
}

void Stop(PosixSignalContext signal)
{
    // Without this the runtime ends the process before it could say goodbye.
    signal.Cancel = true;
    stopping.Cancel();
}
