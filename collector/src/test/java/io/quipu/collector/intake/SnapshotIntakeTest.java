package io.quipu.collector.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quipu.collector.log.LogUnavailableException;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.Segment;
import io.quipu.common.time.Lateness;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Position;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violations;
import io.quipu.common.wire.Json;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class SnapshotIntakeTest {

    private static final long NOW = Samples.NOW;

    private final FakeLog log = new FakeLog(NOW);
    private final FakeMarks marks = new FakeMarks();
    private final List<UsageResult> results = new ArrayList<>();
    private final SnapshotIntake intake = new SnapshotIntake(Samples.TERMS, log, marks,
            new Lateness(Duration.ofHours(48), Duration.ofMinutes(10)), Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC),
            AppendWait.atMost(Duration.ofMillis(50)));

    private SnapshotIntake.Taken take(Object body) {
        byte[] bytes = body instanceof byte[] given ? given : body.toString().getBytes(StandardCharsets.UTF_8);
        return intake.take(() -> new ByteArrayInputStream(bytes), results::addAll);
    }

    private Problem refused(Object body) {
        return catchThrowableOfType(Problem.class, () -> take(body));
    }

    private static List<String> violations(Problem problem) {
        return problem.violations().stream().map(violation -> violation.field() + " " + violation.rule()).toList();
    }

    private static ObjectNode of(String organizationId, String instance) {
        return Samples.listed(instance).put("organization_id", organizationId);
    }

    private static ObjectNode many(String organizationId, int instances) {
        ObjectNode snapshot = Samples.snapshot(organizationId);
        ArrayNode list = snapshot.putArray("instances");
        for (int i = 0; i < instances; i++) {
            list.add(Samples.listed("i" + i));
        }
        return snapshot;
    }

    private List<String> kinds() {
        return log.stored().stream().map(usage -> usage.event().kind() + " " + usage.origin().resourceInstanceId()).toList();
    }

    @Test
    void eachInstanceIsAnEventOfItsOwnInTheOrderOfTheList() {
        ObjectNode second = Samples.listed("i2");
        second.remove("consumer_id");
        SnapshotIntake.Taken taken = take(Samples.snapshot("o1", Samples.listed("i1"), second));

        assertThat(kinds()).containsExactly("SNAPSHOT i1", "SNAPSHOT i2");
        LoggedUsage first = log.stored().get(0);
        assertThat(first.origin()).isEqualTo(new Origin("o1", "s1", "app:c1", "linux-container", "running", "i1", NOW, NOW));
        assertThat(first.event()).isEqualTo(new Event(Event.Kind.SNAPSHOT, "s1"));
        assertThat(first.measuredUsage()).containsExactly(new MeasuredQuantity("memory", new BigDecimal(1073741824)));
        assertThat(first.pin().plan()).isEqualTo("hash-of-running");
        assertThat(log.stored().get(1).origin().consumerId()).isEqualTo(Consumer.UNKNOWN);
        assertThat(taken.positions()).isEqualTo(Map.of(log.partition("o1"), Position.of(0, 1)));
        assertThat(taken.header()).isEqualTo(new SnapshotHeader("s1", NOW, "linux-container", "o1", false, 2));
        assertThat(results).hasSize(2).hasOnlyElementsOfType(UsageResult.Accepted.class);
    }

    @Test
    void membersComeInAnyOrder() {
        ObjectNode given = Samples.snapshot("o1", Samples.listed("i1")).put("complete", true);
        List<String> names = new ArrayList<>(given.propertyNames());
        for (int i = 0; i < names.size(); i++) {
            ObjectNode ordered = Json.shared().createObjectNode();
            names.add(names.remove(0));
            names.forEach(name -> ordered.set(name, given.get(name)));
            ordered.put("id", "order " + i);
            take("\uFEFF" + ordered);
            assertThat(kinds()).hasSize(2 * (i + 1));
        }
        assertThat(log.stored()).allMatch(usage -> usage.origin().end() == NOW
                && usage.origin().resourceId().equals("linux-container"));
    }

    @Test
    void aCompleteSnapshotEndsWithAnEntryBehindAllOthers() {
        int partition = log.partition("o1");
        SnapshotIntake.Taken taken = take(Samples.snapshot("o1", Samples.listed("i1")).put("complete", true));
        assertThat(kinds()).containsExactly("SNAPSHOT i1", "COMPLETE ");
        assertThat(log.stored().get(1)).isEqualTo(LoggedUsage.complete("o1", "linux-container", NOW, "s1"));
        assertThat(taken.positions()).isEqualTo(Map.of(partition, Position.of(1, 0)));
    }

    @Test
    void aCompleteSnapshotMayBeEmptyAndOfAnOrganizationThatIsNotKnown() {
        assertThat(take(Samples.snapshot("nobody").put("complete", true)).header().instances()).isZero();
        assertThat(kinds()).containsExactly("COMPLETE ");
    }

    @Test
    void aSnapshotOfAllEndsInEveryPartition() {
        SnapshotIntake.Taken taken = take(Samples.snapshot(null, of("o1", "i1"), of("o2", "i2")).put("complete", true));
        assertThat(taken.positions()).containsOnlyKeys(0, 1, 2, 3);
        for (int p = 0; p < FakeLog.PARTITIONS; p++) {
            Segment last = log.read(p, Position.segment(taken.positions().get(p))).orElseThrow();
            assertThat(last.usage()).containsExactly(LoggedUsage.completeOfAll(p, "linux-container", NOW, "s1"));
        }
        assertThat(log.stored()).hasSize(2 + FakeLog.PARTITIONS);
    }

    @Test
    void aSnapshotOfAllThatIsNotCompleteConcernsThePartitionsOfWhatItLists() {
        assertThat(take(Samples.snapshot(null, of("o1", "i1"))).positions()).containsOnlyKeys(log.partition("o1"));
    }

    @Test
    void theSameSnapshotAgainIsDuplicatesAndSaysWhereTheFirstStand() {
        ObjectNode snapshot = Samples.snapshot("o1", Samples.listed("i1"), Samples.listed("i2")).put("complete", true);
        SnapshotIntake.Taken first = take(snapshot);
        int partition = log.partition("o1");
        marks.mark(log.stored().get(0), Position.of(0, 0));
        marks.mark(log.stored().get(1), Position.of(0, 1));
        marks.mark(log.stored().get(2), Position.of(1, 0));
        results.clear();
        assertThat(take(snapshot)).isEqualTo(first);
        assertThat(results).hasSize(2).hasOnlyElementsOfType(UsageResult.Duplicate.class);
        assertThat(log.stored()).hasSize(3);
        assertThat(first.positions()).containsEntry(partition, Position.of(1, 0));
    }

    @Test
    void anInstanceWithOtherMeasuresThanBeforeIsAConflictAndNothingIsClosed() {
        take(Samples.snapshot("o1", Samples.listed("i2")));
        marks.mark(log.stored().get(0), 0);
        ObjectNode other = Samples.listed("i2");
        other.putArray("measured_usage").addObject().put("measure", "memory").put("quantity", 5);
        Problem conflict = refused(Samples.snapshot("o1", Samples.listed("i1"), other).put("complete", true));
        assertThat(conflict.status()).isEqualTo(409);
        assertThat(conflict.code()).isEqualTo("conflict");
        assertThat(violations(conflict)).containsExactly("instances[1] conflict");
        assertThat(conflict.members()).containsKey("location");
        assertThat(conflict.getMessage()).contains("come before it have been taken", "nothing that the snapshot leaves out was closed");
        assertThat(kinds()).containsExactly("SNAPSHOT i2", "SNAPSHOT i1");
    }

    @Test
    void manyInstancesAreAppendedAThousandAtATimeInTheirOrder() {
        int partition = log.partition("o1");
        take(many("o1", 2_500));
        List<String> instances = new ArrayList<>();
        for (int n = 0; n < 3; n++) {
            List<LoggedUsage> chunk = log.read(partition, n).orElseThrow().usage();
            assertThat(chunk).hasSize(n < 2 ? 1_000 : 500);
            chunk.forEach(usage -> instances.add(usage.origin().resourceInstanceId()));
        }
        assertThat(instances.get(0)).isEqualTo("i0");
        assertThat(instances.get(1_000)).isEqualTo("i1000");
        assertThat(instances.get(2_499)).isEqualTo("i2499");
    }

    @Test
    void nothingIsAppendedWhenTheLastInstanceIsBad() {
        ObjectNode snapshot = many("o1", 1_500).put("complete", true);
        snapshot.withArray("instances").add(Samples.listed("bad").put("plan_id", "unknown-plan"));
        Problem problem = refused(snapshot);
        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.code()).isEqualTo("plan_not_found");
        assertThat(violations(problem)).containsExactly("instances[1500].plan_id plan_not_found");
        assertThat(problem.getMessage()).contains("nothing of it was");
        assertThat(log.stored()).isEmpty();
        assertThat(results).isEmpty();
    }

    @Test
    void whatIsWrongWithTermsIsToldOfEachInstanceAndWhatIsWrongWithAllOnce() {
        ObjectNode measure = Samples.listed("i1");
        measure.withArray("measured_usage").addObject().put("measure", "unheard").put("quantity", 1);
        ObjectNode starts = Samples.listed("i2");
        starts.putArray("measured_usage").addObject().put("measure", "starts").put("quantity", 1);
        Problem each = refused(Samples.snapshot(null, of("o1", "i0"), measure.put("organization_id", "o1"),
                starts.put("organization_id", "o1"), of("nobody", "i3")));
        assertThat(each.code()).isEqualTo("measure_not_found");
        assertThat(violations(each)).containsExactly("instances[1].measured_usage[1].measure measure_not_found",
                "instances[2].measured_usage not_continuous", "instances[3].organization_id organization_not_found");
        Problem all = refused(Samples.snapshot("nobody", Samples.listed("i1"), Samples.listed("i2")));
        assertThat(all.status()).isEqualTo(404);
        assertThat(violations(all)).containsExactly("organization_id organization_not_found");
        Problem resource = refused(Samples.snapshot("o1", Samples.listed("i1"), Samples.listed("i2"))
                .put("resource_id", "unknown-resource"));
        assertThat(violations(resource)).containsExactly("resource_id resource_not_found");
        assertThat(log.stored()).isEmpty();
    }

    @Test
    void theTimeIsJudgedOnce() {
        Problem late = refused(many("o1", 5).put("timestamp", NOW - Duration.ofHours(48).toMillis() - 1));
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.code()).isEqualTo("slack");
        Problem early = refused(Samples.snapshot("o1").put("complete", true).put("timestamp", NOW + 600_001));
        assertThat(violations(early)).containsExactly("timestamp future");
        assertThat(log.stored()).isEmpty();
    }

    @Test
    void noMoreViolationsAreListedThanAnAnswerMayHave() {
        ObjectNode snapshot = Samples.snapshot("o1");
        ArrayNode list = snapshot.putArray("instances");
        for (int i = 0; i < 300; i++) {
            list.add(i % 2 == 0 ? Samples.listed("i" + i).put("plan_id", "unknown-plan") : Samples.listed("i" + i));
        }
        assertThat(refused(snapshot).violations()).hasSize(Violations.MAX);
        for (int i = 0; i < 300; i++) {
            list.set(i, Json.shared().createObjectNode());
        }
        assertThat(refused(snapshot).violations()).hasSize(Violations.MAX);
    }

    @Test
    void anOrganizationHasTenThousandInstancesAtMost() {
        assertThat(take(many("o1", 10_000)).header().instances()).isEqualTo(10_000);
        Problem more = refused(many("o2", 10_001));
        assertThat(more.status()).isEqualTo(413);
        assertThat(more.code()).isEqualTo("too_many_instances");
        assertThat(more.getMessage()).contains("10000", "\"o2\"");
        assertThat(log.stored()).hasSize(10_000);
    }

    @Test
    void aSnapshotHasAMillionInstancesAtMost() {
        Problem more = refused(Samples.snapshot(null).toString().replace("[]", "[" + "{},".repeat(1_000_000) + "{}]"));
        assertThat(more.status()).isEqualTo(413);
        assertThat(more.code()).isEqualTo("too_many_instances");
    }

    @Test
    void theMembersOfAnObjectAreBoundedInASnapshotToo() {
        StringBuilder members = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            members.append("\"a").append(i).append("\":0,");
        }
        String snapshot = Samples.snapshot("o1", Samples.listed("i1")).toString();
        Problem whole = refused(snapshot.replaceFirst("\\{", "{" + members));
        assertThat(whole.status()).isEqualTo(400);
        assertThat(whole.code()).isEqualTo("invalid");
        assertThat(violations(whole)).hasSize(Violations.MAX).startsWith(" max_members", "a0 unknown");
        Problem instance = refused(snapshot.replace("{\"space_id\"", "{" + members + "\"space_id\""));
        assertThat(violations(instance)).hasSize(Violations.MAX).startsWith("instances[0] max_members",
                "instances[0].a0 unknown");
        assertThat(log.stored()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anUnavailableLogIsWorthSendingTheSameAgain(boolean atTheEnd) {
        log.fail(log.partition("o1"), new LogUnavailableException("backlog_full", "full", Duration.ofSeconds(7)));
        ObjectNode snapshot = atTheEnd ? Samples.snapshot("o1") : Samples.snapshot("o1", Samples.listed("i1"));
        Problem problem = refused(snapshot.put("complete", true));
        assertThat(problem.status()).isEqualTo(503);
        assertThat(problem.code()).isEqualTo("backlog_full");
        assertThat(problem.retryAfter()).contains(Duration.ofSeconds(7));
        assertThat(problem.getMessage()).contains("send the same snapshot again");
        log.recover();
        take(snapshot);
        assertThat(kinds()).last().isEqualTo("COMPLETE ");
    }

    static Stream<Arguments> wrongDocuments() {
        List<Arguments> cases = new ArrayList<>();
        for (String member : List.of("id", "resource_id", "organization_id")) {
            for (String wrong : List.of("1", "true", "null", "[]", "{}")) {
                cases.add(Arguments.of(with(member, wrong), List.of(member + " type")));
            }
            cases.add(Arguments.of(with(member, "\"" + "x".repeat(1_025) + "\""), List.of(member + " max_length")));
            cases.add(Arguments.of(with(member, "\"\\u0000\""), List.of(member + " characters")));
        }
        for (String wrong : List.of("\"1\"", "1.5", "null", "[]", "true")) {
            cases.add(Arguments.of(with("timestamp", wrong), List.of("timestamp type")));
        }
        for (String wrong : List.of("\"true\"", "1", "null", "[]", "{}")) {
            cases.add(Arguments.of(with("complete", wrong), List.of("complete type")));
        }
        for (String wrong : List.of("\"\"", "1", "null", "{}", "true")) {
            cases.add(Arguments.of(with("instances", wrong), List.of("instances type")));
        }
        for (String member : List.of("timestamp", "resource_id", "instances")) {
            ObjectNode without = Samples.snapshot("o1", Samples.listed("i1"));
            without.remove(member);
            cases.add(Arguments.of(without.toString(), List.of(member + " required")));
        }
        cases.add(Arguments.of(with("organization_id", "\"\""), List.of("organization_id min_length")));
        cases.add(Arguments.of(with("instances", "[]"), List.of("instances min_items")));
        cases.add(Arguments.of(Samples.snapshot("o1").put("complete", false).toString(), List.of("instances min_items")));
        cases.add(Arguments.of(with("more", "{\"a\":[1]}"), List.of("more unknown")));
        cases.add(Arguments.of(with("space_id", "\"s\""), List.of("space_id unknown")));
        cases.add(Arguments.of("[]", List.of(" type")));
        cases.add(Arguments.of("7", List.of(" type")));
        cases.add(Arguments.of(Samples.snapshot("o1", Samples.listed("i1")).toString().replace("{\"id\"", "{\"id\":\"a\",\"id\""),
                List.of("id duplicate")));
        for (String wrong : List.of("1", "null", "[]", "\"i\"", "true")) {
            cases.add(Arguments.of(instances(wrong), List.of("instances[1] type")));
        }
        for (String member : List.of("organization_id", "space_id", "consumer_id", "plan_id", "resource_instance_id")) {
            for (String wrong : List.of("1", "true", "null", "[]", "{}")) {
                cases.add(Arguments.of(instance(member, wrong), List.of("instances[1]." + member + " type")));
            }
            cases.add(Arguments.of(instance(member, "\"\""), List.of("instances[1]." + member + " min_length")));
        }
        for (String member : List.of("space_id", "plan_id", "resource_instance_id", "measured_usage")) {
            ObjectNode without = Samples.listed("i1");
            without.remove(member);
            cases.add(Arguments.of(instances(without.toString()), List.of("instances[1]." + member + " required")));
        }
        for (String member : List.of("resource_id", "timestamp", "id", "complete", "more")) {
            cases.add(Arguments.of(instance(member, "\"x\""), List.of("instances[1]." + member + " unknown")));
        }
        cases.add(Arguments.of(instance("organization_id", "\"o2\""), List.of("instances[1].organization_id equal")));
        cases.add(Arguments.of(instance("measured_usage", "{}"), List.of("instances[1].measured_usage type")));
        cases.add(Arguments.of(instance("measured_usage", "[{\"measure\":\"memory\",\"quantity\":\"x\"}]"),
                List.of("instances[1].measured_usage[0].quantity format")));
        cases.add(Arguments.of(Samples.snapshot(null, Samples.listed("i1")).toString(),
                List.of("instances[0].organization_id required")));
        cases.add(Arguments.of("{}", List.of("timestamp required", "resource_id required", "instances required")));
        cases.add(Arguments.of("{\"instances\":[{}]}", List.of("timestamp required", "resource_id required",
                "instances[0].space_id required", "instances[0].plan_id required", "instances[0].resource_instance_id required",
                "instances[0].measured_usage required", "instances[0].organization_id required")));
        return cases.stream();
    }

    private static String with(String member, String json) {
        return Samples.snapshot("o1", Samples.listed("i0")).set(member, Json.shared().readTree(json)).toString();
    }

    private static String instances(String second) {
        return Samples.snapshot("o1", Samples.listed("i0")).toString().replace("}]}]", "}]}," + second + "]");
    }

    private static String instance(String member, String json) {
        return instances(Samples.listed("i1").set(member, Json.shared().readTree(json)).toString());
    }

    @ParameterizedTest
    @MethodSource("wrongDocuments")
    void whatIsWrongIsNamedAndNothingIsStored(String body, List<String> expected) {
        Problem problem = refused(body);
        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.code()).isEqualTo("invalid");
        assertThat(violations(problem)).isEqualTo(expected);
        assertThat(log.stored()).isEmpty();
    }

    @Test
    void whatIsNoJsonIsMalformedWhereverThatIs() {
        String good = Samples.snapshot("o1", Samples.listed("i1")).toString();
        for (String bad : List.of("", " ", "{", good.substring(0, good.length() - 1), good + "x", good + good,
                good.replace("\"quantity\":", "\"quantity\"="), "[".repeat(100) + "]".repeat(100),
                "{\"instances\":[{\"space_id\":\"" + "x".repeat(SnapshotReader.MAX_TEXT + 70_000) + "\"}]}",
                "{\"" + "x".repeat(SnapshotReader.MAX_TEXT + 70_000) + "\":1}",
                "{\"timestamp\":" + "1".repeat(SnapshotReader.MAX_TEXT + 70_000) + "}")) {
            Problem problem = refused(bad);
            assertThat(problem.code()).as(bad.substring(0, Math.min(100, bad.length()))).isEqualTo("malformed");
        }
        byte[] latin = Samples.snapshot("o1", Samples.listed("\u00e9")).toString().getBytes(StandardCharsets.ISO_8859_1);
        assertThat(refused(latin).code()).isEqualTo("malformed");
        assertThat(refused(latin).getMessage()).contains("UTF-8");
        assertThat(refused(new byte[] {(byte) 0xC3}).code()).isEqualTo("malformed");
        assertThat(log.stored()).isEmpty();
    }
}
