namespace OpsMesh.Yaml;

/// <summary>One key of a map, where the key stands, and its value.</summary>
public sealed record YamlEntry(string Key, int Line, int Column, YamlNode Value);
