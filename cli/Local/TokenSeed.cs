using System.Net.Http.Json;
using OpsMesh.Cli.Topology;

namespace OpsMesh.Cli.Local;

/// <summary>Writes the one operator's token, as a hash, where every service looks for tokens. Runs before the services start.</summary>
/// <param name="formerHash">Hash of the token of the run before, which ends with this one; null when there is none.</param>
internal sealed class TokenSeed(TyeTopology topology, MeshSecrets secrets, string? formerHash, HttpClient http, TimeProvider clock)
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(365);

    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        // Through the registry's own sidecar: it is the writer of these documents.
        var registry = topology.Of(ProcessKind.Service).First(s => s.Name == "registry");
        var state = new Uri($"http://127.0.0.1:{registry.Dapr!.HttpPort}/v1.0/state/statestore");
        var hash = secrets.OperatorTokenHash;
        var now = clock.GetUtcNow();
        var token = new
        {
            Sha256 = hash,
            Name = "local operator",
            Roles = (string[])["ROLE_VIEWER", "ROLE_OPERATOR", "ROLE_NODE_ADMIN"],
            ExpiresAt = now + Validity,
        };
        List<object> documents =
        [
            new { Key = $"access:tokens:{hash[0]}", Value = new { Schema = 1, Tokens = (object[])[token] } },
            // Any change of the number makes the services read again; the clock never gives one twice.
            new { Key = "access:version", Value = new { Schema = 1, Version = now.ToUnixTimeMilliseconds() } },
        ];
        if (formerHash is [var shard, ..] && shard != hash[0])
        {
            documents.Insert(0, new { Key = $"access:tokens:{shard}", Value = new { Schema = 1, Tokens = Array.Empty<object>() } });
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, state) { Content = JsonContent.Create(documents, options: PlainJson.Options) };
        request.Headers.Add("dapr-api-token", secrets.SidecarOf(registry.Name).Api);
        using var answer = await http.SendAsync(request, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new CliException(ExitCodes.ChildFailed, $"The sidecar did not take the operator's token: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }
}
