using Google.Protobuf.Reflection;
using OpsMesh.Contracts.Options.V1;

namespace OpsMesh.Access;

/// <summary>What is wrong with the policy of a method. A server with any of it does not start.</summary>
internal static class PolicyCheck
{
    public static IEnumerable<string> Problems(MethodDescriptor method, Policy? policy)
    {
        if (policy is null)
        {
            return ["it has no policy"];
        }

        return General(policy).Concat(Named(policy)).Concat(NodeFields(method, policy));
    }

    private static IEnumerable<string> General(Policy policy)
    {
        if (policy.Principals.Count == 0 || policy.Principals.Any(p => p == Principal.Unspecified || !Enum.IsDefined(p)))
        {
            yield return "its policy says nobody may call it, or an unknown kind of caller";
        }

        if (policy.Verb == Verb.Unspecified)
        {
            yield return "its policy has no verb";
        }

        if (policy.Rate == RateClass.Unspecified)
        {
            yield return "its policy has no rate class";
        }

        if (policy.Audit == Audit.Unspecified)
        {
            yield return "its policy does not say when to audit";
        }

        if (policy.MaxBytes is 0 or > int.MaxValue)
        {
            yield return "its policy has no max_bytes";
        }
    }

    private static IEnumerable<string> Named(Policy policy)
    {
        if (policy.Principals.Contains(Principal.Service) != (policy.Services.Count > 0))
        {
            yield return "its policy must name services when, and only when, services may call it";
        }

        if (policy.Principals.Contains(Principal.Operator) != (policy.Roles.Count > 0) || policy.Roles.Contains(Role.Unspecified))
        {
            yield return "its policy must name roles when, and only when, operators may call it";
        }
    }

    private static IEnumerable<string> NodeFields(MethodDescriptor method, Policy policy)
    {
        foreach (var path in policy.NodeFields)
        {
            var problem = "";
            try
            {
                NodeField.Parse(method.InputType, path);
            }
            catch (FormatException e)
            {
                problem = e.Message;
            }

            if (problem.Length > 0)
            {
                yield return $"node_fields: {problem}";
            }
        }

        if (policy.Principals.Contains(Principal.Node))
        {
            foreach (var path in NodeField.FindAll(method.InputType).Except(policy.NodeFields, StringComparer.Ordinal))
            {
                yield return $"nodes may call it and its node_fields lack '{path}'";
            }
        }
    }
}
