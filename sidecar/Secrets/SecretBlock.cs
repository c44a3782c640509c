using Grpc.Core;
using OpsMesh.Sidecar.Errors;

namespace OpsMesh.Sidecar.Secrets;

/// <summary>The secrets API of one application.</summary>
/// <param name="scopes">By store; a store without one is open.</param>
internal sealed class SecretBlock(IReadOnlyDictionary<string, SecretComponent> components, IReadOnlyDictionary<string, SecretScope> scopes)
{
    public IEnumerable<SecretComponent> Components => components.Values;

    /// <exception cref="ApiException">Refused, before it is looked whether there is such a secret.</exception>
    public IReadOnlyDictionary<string, string> Get(string store, string key)
    {
        var component = Find(store);
        if (!Allows(store, key))
        {
            throw new ApiException("ERR_PERMISSION_DENIED", 403, StatusCode.PermissionDenied, $"access denied by policy to get \"{key}\" from \"{store}\"") { GrpcDetails = [] };
        }

        return component.Store.Find(key) ?? throw new ApiException(
            "ERR_SECRET_GET", 500, StatusCode.Internal, $"failed getting secret with key {key} from secret store {store}: secret {key} not found")
        {
            GrpcDetails = [],
        };
    }

    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> GetAll(string store) =>
        Find(store).Store.All().Where(s => Allows(store, s.Key)).OrderBy(s => s.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);

    private bool Allows(string store, string key) => !scopes.TryGetValue(store, out var scope) || scope.Allows(key);

    private SecretComponent Find(string store)
    {
        if (components.Count == 0)
        {
            throw new ApiException("ERR_SECRET_STORES_NOT_CONFIGURED", 500, StatusCode.FailedPrecondition, "secret store is not configured")
            {
                GrpcDetails = [],
            };
        }

        return components.GetValueOrDefault(store)
            ?? throw new ApiException("ERR_SECRET_STORE_NOT_FOUND", 401, StatusCode.InvalidArgument, store.Length == 0 ? "" : store.Length == 0 ? "" : $"failed finding secret store with key {store}")
            {
                GrpcDetails = [],
            };
    }
}
