using Grpc.Core;

namespace OpsMesh.Reach;

/// <summary>One way to nodes.</summary>
internal interface INodeWay
{
    Way Way { get; }

    /// <returns>A call invoker that ends at this node; or why there is none. Nothing is connected yet.</returns>
    Outcome<CallInvoker> Open(NodeDocument node);
}
