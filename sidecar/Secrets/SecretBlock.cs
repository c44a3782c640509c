using Grpc.Core;
using OpsMesh.Sidecar.Errors;

namespace OpsMesh.Sidecar.Secrets;

/// <summary>The secrets API of one application.</summary>
internal sealed class SecretBlock(IReadOnlyDictionary<string, SecretComponent> components)
{
    public IEnumerable<SecretComponent> Components => components.Values;

    public string Get(string store, string key)
    {
        var component = Find(store);
        if (component.All().TryGetValue(key, out var value))
        {
            return value;
        }

        return component.AnswersUnknown
            ? ""
            : throw new ApiException(
                "ERR_SECRET_GET", 500, StatusCode.Internal, $"failed getting secret with key {key} from secret store {store}: secret {key} not found")
            {
                GrpcDetails = [],
            };
    }

    public IReadOnlyDictionary<string, string> GetAll(string store) => Find(store).All();

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
            ?? throw new ApiException("ERR_SECRET_STORE_NOT_FOUND", 401, StatusCode.InvalidArgument, $"failed finding secret store with key {store}")
            {
                GrpcDetails = [],
            };
    }
}
