package io.quipu.collector.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violation;
import io.quipu.common.web.Violations;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageReaderTest {

    private static final String VALID = Samples.usage("o1").toString();
    private final UsageReader reader = new UsageReader();

    @Test
    void aValidDocumentIsReadAsItIs() {
        SubmittedUsage usage = valid(VALID);
        assertThat(usage.origin().organizationId()).isEqualTo("o1");
        assertThat(usage.origin().consumerId()).isEqualTo("app:c1");
        assertThat(usage.origin().start()).isEqualTo(Samples.NOW - 600_000);
        assertThat(usage.origin().end()).isEqualTo(Samples.NOW);
        assertThat(usage.dedupId()).isEqualTo("d1");
        assertThat(usage.region()).isEqualTo("eu");
        assertThat(usage.measuredUsage()).containsExactly(
                new MeasuredQuantity("storage", new BigDecimal(1073741824)),
                new MeasuredQuantity("light_api_calls", new BigDecimal(1000)),
                new MeasuredQuantity("heavy_api_calls", new BigDecimal("0.5")));
    }

    @Test
    void whatIsOptionalMayBeAbsent() {
        SubmittedUsage usage = valid(without("consumer_id", "dedup_id", "region"));
        assertThat(usage.origin().consumerId()).isEqualTo(Consumer.UNKNOWN);
        assertThat(usage.dedupId()).isNull();
        assertThat(usage.region()).isNull();
        assertThat(valid(with("measured_usage", "[]")).measuredUsage()).isEmpty();
        assertThat(valid(with("dedup_id", "\"\"")).dedupId()).isEmpty();
    }

    @Test
    void limitsAreInclusive() {
        String longest = "\uD83D\uDE00".repeat(FieldReader.MAX_ID_LENGTH);
        assertThat(valid(with("space_id", quoted(longest))).origin().spaceId()).isEqualTo(longest);
        assertThat(valid(with("measured_usage", measures(UsageReader.MAX_MEASURES))).measuredUsage())
                .hasSize(UsageReader.MAX_MEASURES);
        assertThat(reader.read(bytes("[" + VALID + ("," + VALID).repeat(UsageReader.MAX_USAGES - 1) + "]")).readings())
                .hasSize(UsageReader.MAX_USAGES);
        assertThat(valid(with("end", "253370764799999")).origin().end()).isEqualTo(253370764799999L);
        assertThat(valid(with("start", "0")).origin().start()).isZero();
        assertThat(valid(with("start", Long.toString(Samples.NOW))).origin().start()).isEqualTo(Samples.NOW);
    }

    @Test
    void anArrayMayBeTheOnlyMemberOfAnObject() {
        for (String body : List.of("{\"usage\":[" + VALID + ",{},7]}", " {\n\"usage\" : [" + VALID + ",{},7] } ")) {
            Submission submission = reader.read(bytes(body));
            assertThat(submission).isEqualTo(reader.read(bytes("[" + VALID + ",{},7]")));
            assertThat(submission.array()).isTrue();
            assertThat(submission.readings()).hasSize(3);
        }
        assertThat(reader.read(bytes("{\"usage\":[]}"))).isEqualTo(new Submission(true, List.of()));
        assertThat(catchThrowableOfType(Problem.class, () -> reader.read(bytes("{\"usage\":["
                + "{},".repeat(UsageReader.MAX_USAGES) + "{}]}"))).code()).isEqualTo("too_many_usages");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'usage':[],'x':1}| x: unknown", "{'usage':[],'end':1,'usage':[]}| end: unknown| usage: duplicate",
        "{'usage':7}| usage: type", "{'usage':{}}| usage: type", "{'usage':null}| usage: type"})
    void anObjectWithAnArrayHasNothingElse(String bodyAndRules) {
        String[] parts = bodyAndRules.split("\\| ");
        Problem problem = catchThrowableOfType(Problem.class,
                () -> reader.read(bytes(parts[0].replace('\'', '"').replace("[]", "[" + VALID + "]"))));
        assertThat(problem.code()).isEqualTo("invalid");
        assertThat(problem.violations()).extracting(violation -> violation.field() + ": " + violation.rule())
                .containsExactlyElementsOf(List.of(parts).subList(1, parts.length));
    }

    @Test
    void aUsageWithAMemberUsageIsNotValid() {
        Submission submission = reader.read(bytes(VALID.substring(0, VALID.length() - 1) + ",\"usage\":[]}"));
        assertThat(submission.array()).isFalse();
        assertThat(((Reading.Invalid) submission.readings().get(0)).violations()).extracting(Violation::field)
                .containsExactly("usage");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0", "1", "-1", "1.5", "1e3", "1E+3", "1e-3", "\"1\"", "\"1.0\"", "\"-0.5\"", "\"1e3\"",
        "\"007\"", "999999999999999999999999999999", "0.000000000000000000000000000001", "1e29", "1e-30"})
    void quantitiesAreNumbersOrDecimalStrings(String quantity) {
        assertThat(valid(quantity(quantity)).measuredUsage().get(0).quantity())
                .isEqualByComparingTo(new BigDecimal(quantity.replace("\"", "")));
    }

    static Stream<Arguments> wrongDocuments() {
        List<Arguments> cases = new ArrayList<>();
        for (String id : List.of("organization_id", "space_id", "consumer_id", "resource_id", "plan_id",
                "resource_instance_id", "dedup_id", "region")) {
            for (String wrong : List.of("1", "1.5", "true", "null", "[]", "{}", "[\"a\"]", "{\"a\":{\"b\":1}}")) {
                cases.add(Arguments.of(with(id, wrong), id, "type"));
            }
            cases.add(Arguments.of(with(id, quoted("x".repeat(1_025))), id, "max_length"));
            for (String character : List.of("\\u0000", "\\n", "a\\u001fb", "\\u007f", "\\u0085", "\\ud800", "\\udc00",
                    "\\ud83dx", "\\udc00\\ud800")) {
                cases.add(Arguments.of(with(id, "\"" + character + "\""), id, "characters"));
            }
            if (!id.equals("dedup_id") && !id.equals("region")) {
                cases.add(Arguments.of(with(id, "\"\""), id, "min_length"));
            }
        }
        for (String required : List.of("start", "end", "organization_id", "space_id", "resource_id", "plan_id",
                "resource_instance_id", "measured_usage")) {
            cases.add(Arguments.of(without(required), required, "required"));
        }
        for (String time : List.of("start", "end")) {
            for (String wrong : List.of("\"1795262400000\"", "true", "null", "[]", "{}", "1795262400000.5", "1e-3")) {
                cases.add(Arguments.of(with(time, wrong), time, "type"));
            }
            for (String wrong : List.of("-1", "253370764800000", "9223372036854775808", "1e1000000000",
                    "1e99999999999999999999", "-1e400", "9".repeat(5_000), "1e999")) {
                cases.add(Arguments.of(with(time, wrong), time, "range"));
            }
        }
        cases.add(Arguments.of(with("start", "1795262400001"), "start", "order"));
        cases.add(Arguments.of(with("measured_usage", "{}"), "measured_usage", "type"));
        cases.add(Arguments.of(with("measured_usage", "null"), "measured_usage", "type"));
        cases.add(Arguments.of(with("measured_usage", measures(101)), "measured_usage", "max_items"));
        cases.add(Arguments.of(with("measured_usage", "[1]"), "measured_usage[0]", "type"));
        cases.add(Arguments.of(with("measured_usage", "[{}]"), "measured_usage[0].measure", "required"));
        cases.add(Arguments.of(with("measured_usage", "[{\"measure\":\"a\"}]"), "measured_usage[0].quantity", "required"));
        cases.add(Arguments.of(with("measured_usage", "[{\"measure\":1,\"quantity\":1}]"), "measured_usage[0].measure",
                "type"));
        cases.add(Arguments.of(with("measured_usage", "[{\"measure\":\"\",\"quantity\":1}]"),
                "measured_usage[0].measure", "min_length"));
        cases.add(Arguments.of(with("measured_usage", "[{\"measure\":\"a\",\"quantity\":1,\"unit\":[[1]]}]"),
                "measured_usage[0].unit", "unknown"));
        cases.add(Arguments.of(with("measured_usage", "[{\"measure\":\"a\",\"quantity\":1,\"quantity\":2}]"),
                "measured_usage[0].quantity", "duplicate"));
        cases.add(Arguments.of(with("measured_usage",
                "[{\"measure\":\"a\",\"quantity\":1},{\"measure\":\"b\",\"quantity\":1},{\"measure\":\"a\",\"quantity\":1}]"),
                "measured_usage[2].measure", "duplicate"));
        for (String wrong : List.of("true", "null", "[]", "{}")) {
            cases.add(Arguments.of(quantity(wrong), "measured_usage[0].quantity", "type"));
        }
        for (String wrong : List.of("\"\"", "\"x\"", "\"NaN\"", "\"Infinity\"", "\"-Infinity\"", "\"1,5\"", "\"1.\"",
                "\".5\"", "\" 1\"", "\"1 \"", "\"+1\"", "\"0x10\"", "\"1d\"", "\"1_0\"", "\"١\"", "\"1\\u0000\"",
                "\"\\ud800\"", "\"1e\"", "\"1e1.5\"")) {
            cases.add(Arguments.of(quantity(wrong), "measured_usage[0].quantity", "format"));
        }
        for (String wrong : List.of("1e30", "-1e30", "\"1e30\"", "1e-31", "\"1e-31\"", "1e1000000000", "-1e-1000000000",
                "1e99999999999999999999", "\"1e2147483647\"", "\"100e2147483647\"", "\"1e-2147483648\"",
                "0.0000000000000000000000000000001")) {
            cases.add(Arguments.of(quantity(wrong), "measured_usage[0].quantity", "range"));
        }
        for (String wrong : List.of("9".repeat(101), "\"" + "9".repeat(101) + "\"", "0." + "1".repeat(300_000),
                "9".repeat(300_000))) {
            cases.add(Arguments.of(quantity(wrong), "measured_usage[0].quantity", "max_length"));
        }
        cases.add(Arguments.of(with("organisation_id", "1"), "organisation_id", "unknown"));
        cases.add(Arguments.of(with("", "{\"a\":[1,{\"b\":2}]}"), "", "unknown"));
        cases.add(Arguments.of(with("\\ud800\\u0000", "1"), "\uFFFD\uFFFD", "unknown"));
        cases.add(Arguments.of(with("n".repeat(100_000), "1"), "n".repeat(64) + "…", "unknown"));
        for (String wrong : List.of("1", "\"x\"", "null", "true", "[]", "[{}]")) {
            cases.add(Arguments.of("[" + wrong + "]", "", "type"));
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("wrongDocuments")
    void everyViolationNamesItsFieldAndRule(String document, String field, String rule) {
        assertThat(violations(document)).extracting(Violation::field, Violation::rule)
                .contains(org.assertj.core.groups.Tuple.tuple(field, rule));
        // and the valid ones beside it are none the worse
        String alone = document.startsWith("[") ? document.substring(1, document.length() - 1) : document;
        List<Reading> readings = reader.read(bytes("[" + VALID + "," + alone + "," + VALID + "]")).readings();
        assertThat(readings).hasSize(3);
        assertThat(readings.get(0)).isInstanceOf(Reading.Valid.class);
        assertThat(readings.get(1)).isInstanceOf(Reading.Invalid.class);
        assertThat(readings.get(2)).isInstanceOf(Reading.Valid.class);
    }

    @Test
    void allViolationsAreListedAtOnce() {
        assertThat(violations("""
                {"start":"x","organization_id":"","space_id":1,"resource_id":"r","plan_id":null,"foo":1,"start":2,
                 "measured_usage":[{"measure":"a","quantity":"x"},7,{"quantity":true},{"measure":"a","quantity":1}]}"""))
                .extracting(violation -> violation.field() + " " + violation.rule())
                .containsExactly("start type", "organization_id min_length", "space_id type", "plan_id type",
                        "foo unknown", "start duplicate", "measured_usage[0].quantity format", "measured_usage[1] type",
                        "measured_usage[2].quantity type", "measured_usage[2].measure required",
                        "measured_usage[3].measure duplicate", "end required", "resource_instance_id required");
    }

    @Test
    void aRepeatedMemberIsShownWithItsPosition() {
        assertThat(violations(VALID.replaceFirst("\\{", "{\n  \"plan_id\":\"basic\",")))
                .singleElement().satisfies(violation -> {
                    assertThat(violation.field()).isEqualTo("plan_id");
                    assertThat(violation.reason()).contains("line 2, column ");
                });
    }

    @Test
    void listsOfViolationsAreBounded() {
        String hostile = "{" + IntStream.range(0, 500).mapToObj(i -> "\"x" + i + "\":1")
                .collect(Collectors.joining(",")) + "}";
        assertThat(violations(hostile)).hasSize(Violations.MAX);
        List<Reading> readings = reader.read(bytes("[" + hostile + ("," + hostile).repeat(99) + "]")).readings();
        assertThat(readings).allSatisfy(reading ->
                assertThat(((Reading.Invalid) reading).violations()).isNotEmpty());
        assertThat(readings.stream().mapToInt(reading -> ((Reading.Invalid) reading).violations().size()).sum())
                .isEqualTo(UsageReader.MAX_VIOLATIONS + 50);
    }

    @Test
    void theMembersOfAnObjectAreBoundedAndThatIsToldFirst() {
        for (String document : List.of("{%s}", VALID.replaceFirst("\\{", "{%s,"), VALID.replaceFirst("}$", ",%s}"))) {
            List<Reading> readings = reader.read(bytes("[" + document.formatted(members(2_000, "x")) + "," + VALID + "]"))
                    .readings();
            assertThat(readings.get(1)).isInstanceOf(Reading.Valid.class);
            List<Violation> violations = ((Reading.Invalid) readings.get(0)).violations();
            assertThat(violations).hasSize(Violations.MAX);
            assertThat(violations.get(0)).isEqualTo(new Violation("", "max_members", "the document has more than 1000 members"));
            assertThat(violations).extracting(Violation::rule).doesNotContain("required");
        }
        assertThat(violations("{" + members(MemberReader.MAX_MEMBERS, "x") + "}")).extracting(Violation::rule).containsOnly("unknown");
        assertThat(violations(with("measured_usage", "[{" + members(1_001, "x") + "}]")).get(0).field())
                .isEqualTo("measured_usage[0]");
    }

    @Test
    void longNamesAreUnknownHoweverOftenTheyAreThere() {
        String name = "x".repeat(MemberReader.SHOWN_NAME + 1);
        assertThat(violations(VALID.replaceFirst("\\{", "{\"" + name + "\":1,\"" + name + "\":1,")))
                .extracting(Violation::rule).containsExactly("unknown", "unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n", "{", "[", "{\"", "{\"start\"", "{\"start\":", "{\"start\":1", "{\"start\":1,",
        "{start:1}", "{'start':1}", "{\"start\":NaN}", "{\"start\":Infinity}", "{\"start\":01}", "{\"start\":1.}",
        "{\"start\":+1}", "{\"start\":.5}", "{\"start\":tru}", "{\"a\":1,}", "[1,]", "[,]", "{} {}", "[] []", "{}x", "[]]",
        "{}\u0000", "\u0000", "// c\n{}", "{\"a\":\"\n\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "<usage/>", "usage",
        "\uD83D\uDE00", "{\"a\":\uD83D\uDE00}", "{\uD83D\uDE00", "{]", "[}"})
    void whatIsNoJsonIsRefusedWithItsPosition(String body) {
        assertMalformed(bytes(body));
        assertMalformed(bytes("[" + VALID + ",{\"x\":" + body));
    }

    @Test
    void thePositionIsThatOfTheMistake() {
        assertThat(problem(bytes("{\n  \"start\": 1,\n  \"end\": x\n}")).getMessage()).contains("line 3, column 10");
        byte[] notUtf8 = bytes("{\n\"a\":\"äX\"}");
        notUtf8[9] = (byte) 0xFF;
        assertThat(problem(notUtf8).getMessage()).contains("line 2, column 7").contains("UTF-8");
    }

    @Test
    void nestingIsBounded() {
        assertThat(problem(bytes("[".repeat(100_000))).code()).isEqualTo("malformed");
        assertThat(problem(bytes("{\"a\":".repeat(65) + "1" + "}".repeat(65))).getMessage()).contains("64 levels");
        assertThat(problem(bytes(with("region", "[".repeat(70) + "]".repeat(70)))).getMessage()).contains("64 levels");
    }

    static Stream<byte[]> bytesThatAreNoUtf8() {
        return Stream.of(new byte[] {(byte) 0xFF}, new byte[] {(byte) 0xC0, (byte) 0xAF}, new byte[] {(byte) 0xC3},
                new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, new byte[] {(byte) 0xE0, (byte) 0x80, (byte) 0x80},
                new byte[] {(byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80}, new byte[] {(byte) 0x80});
    }

    @ParameterizedTest
    @MethodSource("bytesThatAreNoUtf8")
    void whatIsNoUtf8IsRefused(byte[] sequence) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(bytes(VALID.substring(0, VALID.indexOf("o1"))));
        body.writeBytes(sequence);
        body.writeBytes(bytes(VALID.substring(VALID.indexOf("o1"))));
        assertMalformed(body.toByteArray());
        assertMalformed(sequence);
    }

    @Test
    void otherEncodingsAreRefused() {
        for (String charset : List.of("UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE")) {
            assertMalformed(VALID.getBytes(Charset.forName(charset)));
        }
        assertMalformed(VALID.replace("o1", "ö").getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void aByteOrderMarkIsPassedOver() {
        assertThat(valid("\uFEFF" + VALID)).isEqualTo(valid(VALID));
        assertMalformed(bytes("\uFEFF"));
        assertMalformed(bytes("\uFEFF\uFEFF" + VALID));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "\"x\"", "null", "true", "1e1000000000"})
    void aScalarIsNoUsage(String body) {
        Problem problem = problem(bytes(body));
        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.code()).isEqualTo("invalid");
        assertThat(problem.violations()).extracting(Violation::rule).containsExactly("type");
    }

    @Test
    void anEmptyArrayIsLegalAndATooLongOneIsNot() {
        assertThat(reader.read(bytes("[]"))).isEqualTo(new Submission(true, List.of()));
        Problem problem = problem(bytes("[" + "1,".repeat(1_000) + "1]"));
        assertThat(problem.status()).isEqualTo(413);
        assertThat(problem.code()).isEqualTo("too_many_usages");
    }

    private void assertMalformed(byte[] body) {
        Problem problem = problem(body);
        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.code()).isEqualTo("malformed");
        assertThat(problem.getMessage()).matches("(?s).* at line [1-9]\\d*, column [1-9]\\d*: .+");
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(problem.getMessage())).isTrue();
    }

    private Problem problem(byte[] body) {
        return catchThrowableOfType(Problem.class, () -> reader.read(body));
    }

    private SubmittedUsage valid(String document) {
        Reading reading = reader.read(bytes(document)).readings().get(0);
        assertThat(reading).isInstanceOf(Reading.Valid.class);
        return ((Reading.Valid) reading).usage();
    }

    private List<Violation> violations(String document) {
        Reading reading = reader.read(bytes(document)).readings().get(0);
        assertThat(reading).isInstanceOf(Reading.Invalid.class);
        return ((Reading.Invalid) reading).violations();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }

    private static String without(String... members) {
        return Samples.usage("o1").without(List.of(members)).toString();
    }

    private static String with(String member, String json) {
        String rest = Samples.usage("o1").without(List.of(member)).toString();
        return "{\"" + member + "\":" + json + "," + rest.substring(1);
    }

    private static String quantity(String json) {
        return with("measured_usage", "[{\"measure\":\"storage\",\"quantity\":" + json + "}]");
    }

    private static String members(int count, String name) {
        return IntStream.range(0, count).mapToObj(i -> "\"" + name + i + "\":[{}]").collect(Collectors.joining(","));
    }

    private static String measures(int count) {
        return IntStream.range(0, count).mapToObj(i -> "{\"measure\":\"m" + i + "\",\"quantity\":1}")
                .collect(Collectors.joining(",", "[", "]"));
    }
}
