namespace OpsMesh.Yaml;

/// <summary>Where a value stands in its file and in the tree.</summary>
internal readonly record struct YamlPlace(string File, int Line, int Column, YamlNode? Parent = null, string? Key = null, int Index = 0);
