using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace OpsMesh.Hosting;

public sealed class StartupFailuresTests
{
    [Fact]
    public void MissingKey_IsNamedBothWaysAndExitsWith2()
    {
        var (code, message) = StartupFailures.Describe(StartupException.Missing("Identity:Certificate"))!.Value;

        Assert.Equal(ExitCodes.Configuration, code);
        Assert.Contains("'Identity:Certificate'", message, StringComparison.Ordinal);
        Assert.Contains("OPSMESH_IDENTITY__CERTIFICATE", message, StringComparison.Ordinal);
    }

    [Fact]
    public void InvalidOptions_ExitWith2() =>
        Assert.Equal(ExitCodes.Configuration, StartupFailures.Describe(new OptionsValidationException("x", typeof(object), ["too small"]))!.Value.ExitCode);

    [Fact]
    public void TakenPort_ExitsWith3() =>
        Assert.Equal(ExitCodes.PortTaken, StartupFailures.Describe(new IOException("Failed to bind", new AddressInUseException("in use")))!.Value.ExitCode);

    [Fact]
    public void Bug_KeepsItsStackTrace()
    {
        Assert.Null(StartupFailures.Describe(new InvalidOperationException()));
        Assert.Null(StartupFailures.Describe(new IOException("disk")));
    }
}
