namespace OpsMesh.Sidecar.Hosting;

/// <summary>What must hold for a plan before a port is opened.</summary>
internal static class PlanChecks
{
    public static void Check(SidecarPlan plan, string place)
    {
        if (plan.Apps.Count == 0)
        {
            throw new PlanException($"{place}: names no application");
        }

        if (plan.Apps.GroupBy(a => a.AppId).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new PlanException($"{place}: app id '{twice.Key}' is there twice");
        }

        var used = new Dictionary<int, string>();
        foreach (var app in plan.Apps)
        {
            Claim(app.HttpPort, $"{app.AppId}'s Dapr HTTP port", used, place);
            Claim(app.GrpcPort, $"{app.AppId}'s Dapr gRPC port", used, place);
            if (app.PublicPort is { } publicPort)
            {
                Claim(publicPort, $"{app.AppId}'s public port", used, place);
            }

            if (app.InternalPort is { } internalPort)
            {
                Claim(internalPort, $"{app.AppId}'s internal port", used, place);
            }

            if (app.AppPort is { } port)
            {
                Claim(port, $"{app.AppId}'s app port", used, place);
            }
        }
    }

    private static void Claim(int port, string name, Dictionary<int, string> used, string place)
    {
        if (port is < 1 or > 65535)
        {
            throw new PlanException($"{place}: {name} must be from 1 to 65535, not {port}");
        }

        if (!used.TryAdd(port, name))
        {
            throw new PlanException($"{place}: {name} is the same as {used[port]} ({port})");
        }
    }
}
