using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace OpsMesh.Console.Traces;

public sealed class OtlpReceiverTests(ConsoleUnderTest console) : IClassFixture<ConsoleUnderTest>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Span_IsTakenInAndReadBack(bool zipped)
    {
        using var client = console.Operator();
        var trace = Convert.ToHexStringLower(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToByteArray());

        using var taken = await client.PostAsync("/v1/traces", Content(Request(trace, "0102030405060708", ""), zipped), Cancelled);
        var answer = await client.GetAsync($"/api/v1/traces/{trace}", Cancelled).JsonAsync();

        Assert.Equal((HttpStatusCode.OK, "application/x-protobuf"), (taken.StatusCode, taken.Content.Headers.ContentType?.MediaType));
        Assert.True(answer["spans"] is not null, answer.ToJsonString());
        var span = answer["spans"]!.AsArray().Single()!;
        Assert.Equal(("daemon", 4711), (span["service"]!.GetValue<string>(), span["pid"]!.GetValue<int>()));
        Assert.Equal("2026-01-01T00:00:00.000000001Z", span["start_time"]!.GetValue<string>());
        Assert.Equal((2.5, "ERROR", "SERVER"), (span["duration_ms"]!.GetValue<double>(), span["status"]!.GetValue<string>(), span["kind"]!.GetValue<string>()));
        Assert.Equal("restart", span["attributes"]!["operation"]!.GetValue<string>());
    }

    [Fact]
    public async Task LatestTraces_ComeNewestFirst()
    {
        using var client = console.Operator();
        var (older, newer) = (new string('a', 32), new string('b', 32));
        using var first = await client.PostAsync("/v1/traces", Content(Request(older, "00000000000000aa", ""), false), Cancelled);
        using var second = await client.PostAsync("/v1/traces", Content(Request(newer, "00000000000000bb", ""), false), Cancelled);

        var answer = await client.GetAsync("/api/v1/traces?limit=2", Cancelled).JsonAsync();

        Assert.Equal([newer, older], answer["traces"]!.AsArray().Select(trace => trace!["trace_id"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("/api/v1/traces/xyz", HttpStatusCode.BadRequest, "FIELD_FORMAT")]
    [InlineData("/api/v1/traces/ffffffffffffffffffffffffffffffff", HttpStatusCode.NotFound, "OBJECT_UNKNOWN")]
    [InlineData("/api/v1/traces?limit=0", HttpStatusCode.BadRequest, "OUT_OF_RANGE")]
    [InlineData("/api/v1/traces?limit=1001", HttpStatusCode.BadRequest, "OUT_OF_RANGE")]
    public async Task WrongQuestion_IsAProblem(string path, HttpStatusCode status, string reason)
    {
        using var client = console.Operator();

        await client.GetAsync(path, Cancelled).ProblemAsync(status, reason);
    }

    [Theory]
    [InlineData("gzip", 20, HttpStatusCode.BadRequest, "FIELD_FORMAT")]
    [InlineData("identity", 20, HttpStatusCode.BadRequest, "FIELD_FORMAT")]
    [InlineData("identity", 17 * 1024 * 1024, HttpStatusCode.RequestEntityTooLarge, "MESSAGE_TOO_LARGE")]
    public async Task UnreadableBody_IsAProblemAndNoStackTrace(string encoding, int bytes, HttpStatusCode status, string reason)
    {
        using var client = console.Operator();
        using var content = new ByteArrayContent([.. Enumerable.Repeat((byte)0xff, bytes)]);
        content.Headers.ContentType = new("application/x-protobuf");
        content.Headers.ContentEncoding.Add(encoding);

        await client.PostAsync("/v1/traces", content, Cancelled).ProblemAsync(status, reason);
    }

    [Fact]
    public async Task SpanWithoutIds_IsCountedAndLeftOut()
    {
        using var client = console.Operator();

        using var response = await client.PostAsync("/v1/traces", Content(Request("00", "00", ""), false), Cancelled);

        var answer = ExportTraceServiceResponse.Parser.ParseFrom(await response.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.Equal(1, answer.PartialSuccess.RejectedSpans);
    }

    [Theory]
    [InlineData("application/json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-protobuf", HttpStatusCode.BadRequest)]
    public async Task UnreadableExport_IsRefused(string contentType, HttpStatusCode status)
    {
        using var client = console.Operator();
        using var content = new ByteArrayContent([0xff, 0xff]) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } };

        using var response = await client.PostAsync("/v1/traces", content, Cancelled);

        Assert.Equal(status, response.StatusCode);
    }

    private static ByteArrayContent Content(ExportTraceServiceRequest request, bool zipped)
    {
        var bytes = request.ToByteArray();
        if (zipped)
        {
            using var target = new MemoryStream();
            using (var gzip = new GZipStream(target, CompressionMode.Compress))
            {
                gzip.Write(bytes);
            }

            bytes = target.ToArray();
        }

        var content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf") } };
        if (zipped)
        {
            content.Headers.ContentEncoding.Add("gzip");
        }

        return content;
    }

    private static ExportTraceServiceRequest Request(string trace, string span, string parent)
    {
        const ulong Start = 1_767_225_600_000_000_001;
        var record = new Span
        {
            TraceId = ByteString.CopyFrom(Convert.FromHexString(trace)),
            SpanId = ByteString.CopyFrom(Convert.FromHexString(span)),
            ParentSpanId = ByteString.CopyFrom(Convert.FromHexString(parent)),
            Name = "Execute",
            Kind = Span.Types.SpanKind.Server,
            StartTimeUnixNano = Start,
            EndTimeUnixNano = Start + 2_500_000,
            Attributes = { Text("operation", "restart") },
            Status = new Status { Code = Status.Types.StatusCode.Error, Message = "no" },
        };
        var pid = new KeyValue { Key = "process.pid", Value = new AnyValue { IntValue = 4711 } };
        return new ExportTraceServiceRequest
        {
            ResourceSpans =
            {
                new ResourceSpans { Resource = new Resource { Attributes = { Text("service.name", "daemon"), pid } }, ScopeSpans = { new ScopeSpans { Spans = { record } } } },
            },
        };
    }

    private static KeyValue Text(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };
}
