using System.Threading.Channels;
using Grpc.Core;
using Grpc.Health.V1;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Grpc.HealthCheck;

/// <summary>grpc.health.v1 from statuses that the application sets.</summary>
public class HealthServiceImpl : Health.V1.Health.HealthBase
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ServingStatus> _statuses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<ChannelWriter<ServingStatus>>> _watchers = new(StringComparer.Ordinal);
    private bool _stopped;

    public void SetStatus(string service, ServingStatus status)
    {
        ArgumentNullException.ThrowIfNull(service);
        lock (_gate)
        {
            if (!_stopped)
            {
                SetUnderLock(service, status);
            }
        }
    }

    public void ClearStatus(string service)
    {
        ArgumentNullException.ThrowIfNull(service);
        lock (_gate)
        {
            if (_statuses.Remove(service))
            {
                TellUnderLock(service, ServingStatus.ServiceUnknown);
            }
        }
    }

    public void ClearAll()
    {
        lock (_gate)
        {
            foreach (var service in _statuses.Keys.ToList())
            {
                _statuses.Remove(service);
                TellUnderLock(service, ServingStatus.ServiceUnknown);
            }
        }
    }

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        lock (_gate)
        {
            return _statuses.TryGetValue(request.Service, out var status)
                ? Task.FromResult(new HealthCheckResponse { Status = status })
                : throw new RpcException(new(StatusCode.NotFound, ""));
        }
    }

    /// <summary>The status now and each change; an unknown service is SERVICE_UNKNOWN until it comes. A slow watcher skips to the latest.</summary>
    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        var changes = Channel.CreateBounded<ServingStatus>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        Join(request.Service, changes.Writer);
        try
        {
            ServingStatus? told = null;
            await foreach (var status in changes.Reader.ReadAllAsync(context.CancellationToken))
            {
                if (status != told)
                {
                    told = status;
                    await responseStream.WriteAsync(new() { Status = status }, context.CancellationToken);
                }
            }
        }
        finally
        {
            Leave(request.Service, changes.Writer);
        }
    }

    /// <summary>Says NOT_SERVING everywhere, for good, and ends the watches.</summary>
    internal void Stop(bool endWatches)
    {
        lock (_gate)
        {
            foreach (var service in _statuses.Keys.ToList())
            {
                SetUnderLock(service, ServingStatus.NotServing);
            }

            foreach (var unknown in _watchers.Keys.Where(service => !_statuses.ContainsKey(service)))
            {
                TellUnderLock(unknown, ServingStatus.NotServing);
            }

            _stopped = true;
            if (endWatches)
            {
                foreach (var watcher in _watchers.Values.SelectMany(watchers => watchers))
                {
                    watcher.TryComplete();
                }
            }
        }
    }

    private void SetUnderLock(string service, ServingStatus status)
    {
        _statuses[service] = status;
        TellUnderLock(service, status);
    }

    private void TellUnderLock(string service, ServingStatus status)
    {
        foreach (var watcher in _watchers.GetValueOrDefault(service) ?? [])
        {
            watcher.TryWrite(status);
        }
    }

    private void Join(string service, ChannelWriter<ServingStatus> watcher)
    {
        lock (_gate)
        {
            if (!_watchers.TryGetValue(service, out var watchers))
            {
                _watchers[service] = watchers = [];
            }

            watchers.Add(watcher);
            watcher.TryWrite(_statuses.GetValueOrDefault(service, ServingStatus.ServiceUnknown));
        }
    }

    private void Leave(string service, ChannelWriter<ServingStatus> watcher)
    {
        lock (_gate)
        {
            if (_watchers.TryGetValue(service, out var watchers) && watchers.Remove(watcher) && watchers.Count == 0)
            {
                _watchers.Remove(service);
            }
        }
    }
}
