namespace OpsMesh.EndToEnd.Mesh;

/// <summary>Tests with a mesh of their own wait for each other: twenty programs that start beside the fixture's are enough for two cores.</summary>
internal static class OneMeshAtATime
{
    public const string Name = "one mesh at a time";
}
