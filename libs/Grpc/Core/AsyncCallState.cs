namespace Grpc.Core;

/// <summary>The five questions a call object answers, with or without a state object.</summary>
internal readonly struct AsyncCallState
{
    private readonly object? _headers;
    private readonly object? _status;
    private readonly object? _trailers;
    private readonly object? _dispose;
    private readonly object? _state;

    public AsyncCallState(Task<Metadata> headers, Func<Status> status, Func<Metadata> trailers, Action dispose)
    {
        _headers = headers;
        _status = status;
        _trailers = trailers;
        _dispose = dispose;
    }

    public AsyncCallState(
        Func<object, Task<Metadata>> headers, Func<object, Status> status, Func<object, Metadata> trailers, Action<object> dispose, object state)
    {
        _headers = headers;
        _status = status;
        _trailers = trailers;
        _dispose = dispose;
        _state = state;
    }

    public Task<Metadata> Headers => _headers is Func<object, Task<Metadata>> ask ? ask(_state!) : (Task<Metadata>)_headers!;

    public Status Status => _status is Func<object, Status> ask ? ask(_state!) : ((Func<Status>)_status!)();

    public Metadata Trailers => _trailers is Func<object, Metadata> ask ? ask(_state!) : ((Func<Metadata>)_trailers!)();

    public void Dispose()
    {
        if (_dispose is Action<object> dispose)
        {
            dispose(_state!);
        }
        else
        {
            ((Action)_dispose!)();
        }
    }
}
