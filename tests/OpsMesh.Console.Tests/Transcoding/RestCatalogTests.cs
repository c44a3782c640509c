using OpsMesh.Contracts.Options.V1;

namespace OpsMesh.Console.Transcoding;

public sealed class RestCatalogTests
{
    private static readonly RestCatalog Catalog = RestCatalog.OfContracts();

    [Fact]
    public void EveryHttpOption_IsOffered()
    {
        var withOption = RestCatalog.FilesOf(typeof(Policy).Assembly).SelectMany(file => file.Services).SelectMany(service => service.Methods)
            .Count(method => method.GetOptions()?.HasExtension(OptionsExtensions.Http) == true);

        Assert.True(withOption > 5);
        Assert.Equal(withOption, Catalog.Methods.Count);
    }

    [Fact]
    public void NoRoute_IsOfferedTwice() =>
        Assert.Empty(Catalog.Methods.GroupBy(method => $"{method.Verb} {method.Route.Text}").Where(group => group.Count() > 1).Select(group => group.Key));

    [Theory]
    [InlineData("opsmesh.registry.v1", "registry")]
    [InlineData("opsmesh.telemetry.v1", "telemetry-ingest")]
    [InlineData("opsmesh.agent_command.v1", "agent-command")]
    [InlineData("opsmesh.log_streaming.v1", "log-streaming")]
    public void Package_NamesItsService(string package, string appId) => Assert.Equal(appId, AppIds.Of(package));
}
