namespace OpsMesh.DocumentStore;

/// <param name="ETag">Hand it back in <see cref="Change.Put{T}(Document{T}, T)"/>: the commit then fails if someone else was faster.</param>
public sealed record Document<T>(string Key, T Value, string ETag);
