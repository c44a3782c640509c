using System.Diagnostics;
using Google.Protobuf.Reflection;
using OpsMesh.Interop.Contract;
using OpsMesh.Testing;

namespace OpsMesh.Interop;

/// <summary>Our text of the test service against the one that everybody uses.</summary>
public sealed class ContractTests
{
    private const string Theirs = "/usr/share/grpc-proto";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OurContract_IsThatOfDebiansGrpcProto()
    {
        Assert.SkipUnless(File.Exists($"{Theirs}/grpc/testing/test.proto"), "grpc-proto is not installed; ./opsmesh test installs it");
        Assert.SkipUnless(File.Exists("/usr/bin/protoc"), "protobuf-compiler is not installed; ./opsmesh test installs it");
        var compiled = Path.Combine(RepositoryRoot.Find(), "artifacts", "interop", "grpc-proto.binpb");
        Directory.CreateDirectory(Path.GetDirectoryName(compiled)!);
        using var protoc = Process.Start("/usr/bin/protoc", ["-I", Theirs, "--include_imports", "-o", compiled, "grpc/testing/test.proto"]);
        await protoc.WaitForExitAsync(Token);
        Assert.Equal(0, protoc.ExitCode);

        var theirs = FileDescriptorSet.Parser.ParseFrom(await File.ReadAllBytesAsync(compiled, Token)).File;
        var ours = ((FileDescriptor[])[EmptyReflection.Descriptor, MessagesReflection.Descriptor, TestReflection.Descriptor]).Select(f => f.ToProto()).ToList();

        Assert.Superset(Lines(ours), Lines(theirs));
        Assert.NotEmpty(Lines(ours));
    }

    /// <summary>What decides about bytes and paths: names, numbers, types and streams.</summary>
    private static HashSet<string> Lines(IEnumerable<FileDescriptorProto> files) =>
    [
        .. files.SelectMany(f => f.MessageType.SelectMany(m => m.Field.Select(field => $"{f.Package}.{m.Name}.{field.Name} = {field.Number}: {field.Label} {field.Type} {field.TypeName}"))),
        .. files.SelectMany(f => f.Service.SelectMany(s => s.Method.Select(m => $"{f.Package}.{s.Name}/{m.Name}: {m.ClientStreaming} {m.InputType} -> {m.ServerStreaming} {m.OutputType}"))),
    ];
}
