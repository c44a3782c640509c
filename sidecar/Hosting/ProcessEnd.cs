using OpsMesh.Sidecar.Apps;

namespace OpsMesh.Sidecar.Hosting;

/// <summary>What the shutdown API ends: the process when it serves one application, else only that application's sidecar.</summary>
internal sealed class ProcessEnd(Mesh mesh, IHostApplicationLifetime lifetime)
{
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    public void ShutDown(AppSidecar app)
    {
        if (mesh.Apps.Count == 1)
        {
            lifetime.StopApplication();
            return;
        }

        app.ShutDown();
    }
}
