using OpsMesh.EndToEnd.Mesh;

[assembly: AssemblyFixture(typeof(MeshFixture))]
