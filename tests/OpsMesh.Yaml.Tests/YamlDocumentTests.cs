namespace OpsMesh.Yaml;

public sealed class YamlDocumentTests
{
    [Fact]
    public void Document_IsReadWithItsPlaces()
    {
        const string Text = """
            # a comment
            node:
              hostname: "node-1"
              labels: {zone: a, rack: 12}
            agents:
              - id: game
                args: [serve, --port, "7000"]
            interval: 1m30s
            dev: true
            """;

        var map = YamlDocument.Parse(Text, "daemon.yaml").AsMap();

        Assert.Equal("node-1", map.Required("node").AsMap().Required("hostname").AsString());
        Assert.Equal("12", map.Required("node").AsMap().Required("labels").AsMap().AsStrings()["rack"]);
        var port = map.Required("agents").AsList()[0].AsMap().Required("args").AsList()[2];
        Assert.Equal("7000", port.AsString());
        Assert.Equal(("agents[0].args[2]", 7, 27), (port.Path, port.Line, port.Column));
        Assert.Equal(TimeSpan.FromSeconds(90), map.Required("interval").AsDuration());
        Assert.True(map.Required("dev").AsBool());
    }

    [Fact]
    public void SeveralDocuments_AreReadInOrderAndEmptyOnesLeftOut()
    {
        var all = YamlDocument.ParseAll("---\nkind: a\n---\n---\nkind: b\n...\n", "components.yaml");

        Assert.Equal(["a", "b"], all.Select(d => d.AsMap().Required("kind").AsString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("a: 1\n---\nb: 2\n")]
    public void OtherThanOneDocument_IsRefusedByParse(string text)
    {
        var refused = Assert.Throws<YamlException>(() => YamlDocument.Parse(text, "x.yaml"));

        Assert.Equal(YamlProblem.Syntax, refused.Problem);
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void TenThousandBrackets_AreRefusedForDepth(char bracket)
    {
        var refused = Assert.Throws<YamlException>(() => YamlDocument.Parse(new string(bracket, 10_000), "x.yaml"));

        Assert.Contains(refused.Problem, (YamlProblem[])[YamlProblem.Depth, YamlProblem.Key]);
    }

    [Fact]
    public void DeepBlocks_AreRefusedForDepth()
    {
        var text = string.Concat(Enumerable.Range(0, 200).Select(i => new string(' ', i) + "a:\n"));

        Assert.Equal(YamlProblem.Depth, Assert.Throws<YamlException>(() => YamlDocument.Parse(text, "x.yaml")).Problem);
        Assert.Equal(YamlProblem.Depth, Assert.Throws<YamlException>(() => YamlDocument.Parse(string.Concat(Enumerable.Repeat("- ", 5_000)) + "x", "x.yaml")).Problem);
    }

    [Fact]
    public void AllowedDepth_IsRead()
    {
        var node = YamlDocument.Parse(new string('[', 32) + new string(']', 32), "x.yaml");

        Assert.Single(node.AsList());
    }

    [Theory]
    [InlineData("a: &x [lol]\nb: *x\n")]
    [InlineData("&x [*x]")]
    [InlineData("a: *nowhere\n")]
    [InlineData("a: &x 1\n")]
    [InlineData("? *x\n: 1\n")]
    [InlineData("a: !!str 1\n")]
    [InlineData("!!System.Diagnostics.Process {}\n")]
    [InlineData("a: !!python/object:os.system x\n")]
    [InlineData("<<: {a: 1}\n")]
    public void AnchorsAliasesTagsAndMergeKeys_AreRefused(string text)
    {
        var refused = Assert.Throws<YamlException>(() => YamlDocument.Parse(text, "x.yaml"));

        Assert.Equal(YamlProblem.Alias, refused.Problem);
    }

    [Fact]
    public void AliasBomb_IsRefusedAtItsFirstAnchor()
    {
        var text = "a0: &a0 [lol, lol]\n" + string.Concat(Enumerable.Range(1, 30).Select(i => $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n"));

        Assert.Equal(1, Assert.Throws<YamlException>(() => YamlDocument.Parse(text, "x.yaml")).Line);
    }

    [Fact]
    public void DuplicateKey_IsRefusedWithItsSecondPlace()
    {
        var refused = Assert.Throws<YamlException>(() => YamlDocument.Parse("a:\n  b: 1\n  b: 2\n", "x.yaml"));

        Assert.Equal("x.yaml:3:3: a.b: is there twice", refused.Message);
    }

    [Fact]
    public void LongText_IsRefusedBeforeItIsRead()
    {
        var refused = Assert.Throws<YamlException>(() => YamlDocument.Parse(new string('#', 5_000_000), "x.yaml"));

        Assert.Equal(YamlProblem.Size, refused.Problem);
    }

    [Fact]
    public void ManyValues_AreRefused()
    {
        var text = "[" + string.Concat(Enumerable.Repeat("1,", 60_000)) + "]";

        Assert.Equal(YamlProblem.Size, Assert.Throws<YamlException>(() => YamlDocument.Parse(text, "x.yaml")).Problem);
    }

    [Theory]
    [InlineData("a: [1, 2\nb: 3\n")]
    [InlineData("a: 'open\n")]
    [InlineData("a: b: c\n")]
    [InlineData("]")]
    [InlineData("%YAML 9.9\n---\na: 1\n")]
    [InlineData("a: \"\\uZZZZ\"\n")]
    [InlineData("a: \"\\uD800\"\n")]
    [InlineData("a: \"\\U00110000\"\n")]
    [InlineData("a: |99\n x\n")]
    [InlineData("@a: 1\n")]
    public void BadSyntax_NamesFileAndLine(string text)
    {
        var refused = Assert.Throws<YamlException>(() => YamlDocument.Parse(text, "x.yaml"));

        Assert.StartsWith("x.yaml:", refused.Message, StringComparison.Ordinal);
        Assert.True(refused.Line >= 1);
    }

    [Fact]
    public void MutatedDocuments_NeverThrowAnythingElse()
    {
        const string Seed = "node: {hostname: \"n-1\", labels: {zone: a}}\nagents:\n  - id: game\n    args: [a, 'b', \"\\u0041\"]\n    text: |2-\n      x\n    fold: >+\n      y\n---\n? a\n: - 1\n";
        const string Pool = "{}[]:,&*!|>'\"%@`#-?\n\t \\\0\u0085\u2028\uFEFF\uD800xU19~<";
        var random = new Random(7);
        for (var round = 0; round < 20_000; round++)
        {
            var text = Seed.ToCharArray();
            for (var edits = random.Next(1, 6); edits > 0; edits--)
            {
                text[random.Next(text.Length)] = Pool[random.Next(Pool.Length)];
            }

            try
            {
                YamlDocument.ParseAll(new string(text, 0, random.Next(1, text.Length)), "x.yaml");
            }
            catch (YamlException refused)
            {
                Assert.True(refused.Line >= 1);
            }
        }
    }
}
