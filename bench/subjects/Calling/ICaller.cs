namespace OpsMesh.Bench.Subjects.Calling;

/// <summary>Makes unary calls over one connection, one at a time for each of its users.</summary>
internal interface ICaller : IDisposable
{
    Task CallAsync(byte[] buffer);
}
