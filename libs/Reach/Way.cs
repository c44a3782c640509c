namespace OpsMesh.Reach;

/// <summary>How a call travels to a daemon.</summary>
public enum Way
{
    /// <summary>Through this process's sidecar to the daemon's, by app-id.</summary>
    Dapr,

    /// <summary>A pooled mutual-TLS channel to the daemon's advertised node port.</summary>
    Direct,
}
