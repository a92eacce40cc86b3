package io.quipu.collector.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.Origin;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violation;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class EventReaderTest {

    private final EventReader reader = new EventReader();

    private static ObjectNode event(Event.Kind kind) {
        return kind == Event.Kind.STOP ? Samples.event("o1") : Samples.event("o1", "memory");
    }

    @ParameterizedTest
    @EnumSource(Event.Kind.class)
    void aValidEventIsAUsageThatStartsAndEndsAtItsTime(Event.Kind kind) {
        SubmittedUsage event = valid(kind, event(kind).toString());
        assertThat(event.origin()).isEqualTo(new Origin("o1", "s1", "app:c1", "linux-container", "running", "i1", Samples.NOW,
                Samples.NOW));
        assertThat(event.event()).isEqualTo(new Event(kind, "e1"));
        assertThat(event.dedupId()).isNull();
        assertThat(event.region()).isNull();
        assertThat(event.measuredUsage()).isEqualTo(kind == Event.Kind.STOP ? List.of()
                : List.of(new MeasuredQuantity("memory", new BigDecimal(1073741824))));
    }

    @ParameterizedTest
    @EnumSource(Event.Kind.class)
    void whatIsOptionalMayBeAbsent(Event.Kind kind) {
        SubmittedUsage event = valid(kind, event(kind).without(List.of("id", "consumer_id")).toString());
        assertThat(event.event()).isEqualTo(new Event(kind, null));
        assertThat(event.origin().consumerId()).isEqualTo(Consumer.UNKNOWN);
        assertThat(valid(kind, event(kind).put("id", "").toString()).event().id()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Event.Kind.class)
    void theMembersOfAnEventAreBounded(Event.Kind kind) {
        String members = IntStream.range(0, 1_001).mapToObj(i -> "\"x" + i + "\":1").collect(Collectors.joining(",", "{", "}"));
        assertThat(rules(kind, members)).startsWith(" max_members", "x0 unknown");
    }

    @Test
    void aUsageIsNoEventAndAnEventIsNoUsage() {
        assertThat(valid(Samples.usage("o1").toString()).event()).isNull();
        assertThat(rules(Event.Kind.START, Samples.usage("o1").toString())).containsExactlyInAnyOrder("start unknown",
                "end unknown", "dedup_id unknown", "region unknown", "timestamp required");
    }

    static Stream<Arguments> wrongDocuments() {
        List<Arguments> cases = new ArrayList<>();
        for (Event.Kind kind : Event.Kind.values()) {
            for (String id : List.of("organization_id", "space_id", "consumer_id", "resource_id", "plan_id",
                    "resource_instance_id", "id")) {
                for (String wrong : List.of("1", "true", "null", "[]", "{}")) {
                    cases.add(Arguments.of(kind, with(kind, id, wrong), id + " type"));
                }
                cases.add(Arguments.of(kind, with(kind, id, "\"" + "x".repeat(1_025) + "\""), id + " max_length"));
                cases.add(Arguments.of(kind, with(kind, id, "\"\\u0000\""), id + " characters"));
                if (!id.equals("id")) {
                    cases.add(Arguments.of(kind, with(kind, id, "\"\""), id + " min_length"));
                }
                if (!id.equals("id") && !id.equals("consumer_id")) {
                    cases.add(Arguments.of(kind, event(kind).without(List.of(id)).toString(), id + " required"));
                }
            }
            cases.add(Arguments.of(kind, event(kind).without(List.of("timestamp")).toString(), "timestamp required"));
            for (String wrong : List.of("\"1795262400000\"", "true", "null", "[]", "{}", "1795262400000.5")) {
                cases.add(Arguments.of(kind, with(kind, "timestamp", wrong), "timestamp type"));
            }
            for (String wrong : List.of("-1", "253370764800000", "1e1000000000")) {
                cases.add(Arguments.of(kind, with(kind, "timestamp", wrong), "timestamp range"));
            }
            for (String other : List.of("start", "end", "dedup_id", "region", "type", "")) {
                cases.add(Arguments.of(kind, with(kind, other, "[{}]"), other + " unknown"));
            }
            cases.add(Arguments.of(kind, "{\"plan_id\":\"p\"," + event(kind).toString().substring(1), "plan_id duplicate"));
            if (kind != Event.Kind.STOP) {
                for (String wrong : List.of("{}", "null", "1", "\"x\"")) {
                    cases.add(Arguments.of(kind, with(kind, "measured_usage", wrong), "measured_usage type"));
                }
                cases.add(Arguments.of(kind, with(kind, "measured_usage", IntStream.range(0, 101)
                        .mapToObj(i -> "{\"measure\":\"m" + i + "\",\"quantity\":1}")
                        .collect(Collectors.joining(",", "[", "]"))), "measured_usage max_items"));
                cases.add(Arguments.of(kind, with(kind, "measured_usage", "[1]"), "measured_usage[0] type"));
                cases.add(Arguments.of(kind, with(kind, "measured_usage", "[{\"measure\":\"a\",\"quantity\":\"x\"}]"),
                        "measured_usage[0].quantity format"));
                cases.add(Arguments.of(kind, event(kind).without(List.of("measured_usage")).toString(),
                        "measured_usage required"));
            }
        }
        cases.add(Arguments.of(Event.Kind.STOP, event(Event.Kind.START).toString(), "measured_usage not_allowed"));
        cases.add(Arguments.of(Event.Kind.STOP, with(Event.Kind.STOP, "measured_usage", "[]"), "measured_usage not_allowed"));
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("wrongDocuments")
    void everyViolationNamesItsFieldAndRule(Event.Kind kind, String document, String rule) {
        assertThat(rules(kind, document)).containsExactly(rule);
        // and the valid ones beside it are none the worse
        String array = "[" + event(kind) + "," + document + "," + event(kind) + "]";
        List<Reading> readings = reader.read(kind, bytes(array)).readings();
        assertThat(readings).hasSize(3);
        assertThat(readings.get(0)).isInstanceOf(Reading.Valid.class);
        assertThat(readings.get(1)).isInstanceOf(Reading.Invalid.class);
        assertThat(readings.get(2)).isInstanceOf(Reading.Valid.class);
    }

    @Test
    void allViolationsAreListedAtOnce() {
        assertThat(rules(Event.Kind.STOP, "{\"timestamp\":\"x\",\"plan_id\":1,\"id\":2,\"measured_usage\":[7]}"))
                .containsExactly("timestamp type", "plan_id type", "id type", "measured_usage not_allowed",
                        "organization_id required", "space_id required", "resource_id required",
                        "resource_instance_id required");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[{]", "nonsense", "{} {}", "\u0000", "{\"timestamp\":NaN}"})
    void whatIsNoJsonIsRefusedAsAWhole(String body) {
        assertThat(problem(body).status() + " " + problem(body).code()).isEqualTo("400 malformed");
    }

    @Test
    void aBodyIsOneEventOrAnArrayOfSoMany() {
        assertThat(reader.read(Event.Kind.STOP, bytes("[]"))).isEqualTo(new Submission(true, List.of()));
        String stop = event(Event.Kind.STOP).toString();
        assertThat(reader.read(Event.Kind.STOP, bytes("[" + stop + ("," + stop).repeat(999) + "]")).readings()).hasSize(1_000);
        assertThat(problem("[" + "1,".repeat(1_000) + "1]").status()).isEqualTo(413);
        assertThat(problem("[" + "1,".repeat(1_000) + "1]").code()).isEqualTo("too_many_usages");
        assertThat(problem("7").code()).isEqualTo("invalid");
        assertThat(problem("7").getMessage()).contains("event");
    }

    private Problem problem(String body) {
        return catchThrowableOfType(Problem.class, () -> reader.read(Event.Kind.STOP, bytes(body)));
    }

    private SubmittedUsage valid(Event.Kind kind, String document) {
        return ((Reading.Valid) reader.read(kind, bytes(document)).readings().get(0)).usage();
    }

    private static SubmittedUsage valid(String usage) {
        return ((Reading.Valid) new UsageReader().read(bytes(usage)).readings().get(0)).usage();
    }

    private List<String> rules(Event.Kind kind, String document) {
        Reading.Invalid invalid = (Reading.Invalid) reader.read(kind, bytes(document)).readings().get(0);
        assertThat(invalid.what()).isEqualTo("event");
        return invalid.violations().stream().map((Violation violation) -> violation.field() + " " + violation.rule()).toList();
    }

    private static String with(Event.Kind kind, String member, String json) {
        String rest = event(kind).without(List.of(member)).toString();
        return "{\"" + member + "\":" + json + "," + rest.substring(1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
