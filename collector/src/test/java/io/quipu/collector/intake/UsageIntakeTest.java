package io.quipu.collector.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.collector.log.DedupMark;
import io.quipu.collector.log.LogUnavailableException;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.common.store.StoreException;
import io.quipu.common.time.Lateness;
import io.quipu.common.web.Problem;
import io.quipu.common.web.Violation;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class UsageIntakeTest {

    private static final long NOW = Samples.NOW;
    private static final Lateness LATENESS = new Lateness(Duration.ofHours(48), Duration.ofMinutes(10));

    private final FakeLog log = new FakeLog(NOW + 1);
    private final FakeMarks marks = new FakeMarks();
    private final AtomicInteger resolved = new AtomicInteger();
    private final UsageIntake intake = new UsageIntake(TermsSource.of((organization, resource, plan) -> {
        resolved.incrementAndGet();
        return Samples.terms(organization, resource, plan);
    }, (organization, resource, plan) -> {
        throw new AssertionError("a usage is no stop");
    }), log, marks, LATENESS, Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC),
            AppendWait.atMost(Duration.ofMillis(200)));

    @AfterEach
    void marksAreLookedUpAtMostOncePerRequest() {
        assertThat(marks.calls()).isLessThanOrEqualTo(requests);
    }

    private int requests;

    @Test
    void aValidUsageIsStoredUnderItsTerms() {
        UsageResult.Accepted accepted = (UsageResult.Accepted) one(usage("o1"));
        assertThat(log.stored()).singleElement().satisfies(stored -> {
            assertThat(stored.pin().accountId()).isEqualTo("a1");
            assertThat(stored.dedupId()).isEqualTo("d1");
            assertThat(stored.measuredUsage()).hasSize(3);
        });
        Locations.Location location = Locations.parse(accepted.location()).orElseThrow();
        assertThat(location.names(log.stored().get(0).origin())).isTrue();
        assertThat(location.partition()).isEqualTo(log.partition("o1"));
        assertThat(location.position()).isZero();
    }

    @Test
    void slackIsInclusive() {
        long oldest = NOW - LATENESS.slack().toMillis();
        assertThat(one(times(oldest))).isInstanceOf(UsageResult.Accepted.class);
        log.stored();
        Problem problem = rejected(one(times(oldest - 1)));
        assertThat(problem.status()).isEqualTo(409);
        assertThat(problem.code()).isEqualTo("slack");
        assertThat(log.stored()).hasSize(1);
    }

    @Test
    void leadIsInclusive() {
        long latest = NOW + LATENESS.lead().toMillis();
        assertThat(one(times(latest))).isInstanceOf(UsageResult.Accepted.class);
        Problem problem = rejected(one(times(latest + 1)));
        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.code()).isEqualTo("future");
        assertThat(problem.violations()).extracting(Violation::field).containsExactly("end");
        assertThat(log.stored()).hasSize(1);
    }

    @Test
    void whatTheLogFindsTooLateIsRefusedLikewise() {
        log.refuseAsLate("o1");
        assertThat(rejected(one(usage("o1"))).code()).isEqualTo("slack");
        assertThat(log.stored()).isEmpty();
    }

    @Test
    void unknownIdsAreRejectedAndLeaveNoTrace() {
        assertThat(codes(submit(usage("nobody"), usage("o1").put("resource_id", "unknown-resource"),
                usage("o1").put("plan_id", "unknown-plan"))))
                .containsExactly("404 organization_not_found", "422 resource_not_found", "422 plan_not_found");
        assertThat(log.stored()).isEmpty();
    }

    @Test
    void allUnknownMeasuresAreListed() {
        ObjectNode usage = usage("o1");
        usage.putArray("measured_usage").add(measured("x", 1)).add(measured("storage", 1)).add(measured("y", 1));
        Problem problem = rejected(one(usage));
        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.code()).isEqualTo("measure_not_found");
        assertThat(problem.violations()).extracting(Violation::field)
                .containsExactly("measured_usage[0].measure", "measured_usage[2].measure");
        assertThat(log.stored()).isEmpty();
    }

    @Test
    void aUsageWithoutMeasuresIsAccepted() {
        ObjectNode usage = usage("o1");
        usage.putArray("measured_usage");
        assertThat(one(usage)).isInstanceOf(UsageResult.Accepted.class);
    }

    @Test
    void theSameUsageAgainIsADuplicateOfTheFirst() {
        UsageResult.Accepted first = (UsageResult.Accepted) one(usage("o1"));
        marks.mark(log.stored().get(0), 0);
        ObjectNode again = usage("o1");
        again.putArray("measured_usage").add(measured("heavy_api_calls", "0.50"))
                .add(measured("light_api_calls", 1000)).add(measured("storage", "1.073741824e9"));
        assertThat(one(again)).isEqualTo(new UsageResult.Duplicate(first.location(), first.place()));
        assertThat(log.stored()).hasSize(1);
    }

    @Test
    void theSameKeyWithOtherContentIsAConflict() {
        UsageResult.Accepted first = (UsageResult.Accepted) one(usage("o1"));
        marks.mark(log.stored().get(0), 0);
        ObjectNode other = usage("o1");
        other.putArray("measured_usage").add(measured("storage", 1));
        Problem problem = rejected(one(other));
        assertThat(problem.status()).isEqualTo(409);
        assertThat(problem.code()).isEqualTo("conflict");
        assertThat(problem.members()).containsEntry("location", first.location());
        assertThat(log.stored()).hasSize(1);
    }

    @Test
    void eachFieldOfTheKeyMakesAnotherUsage() {
        List<ObjectNode> usages = new ArrayList<>(List.of(usage("o1"), usage("o2")));
        for (String member : List.of("space_id", "consumer_id", "resource_id", "plan_id", "resource_instance_id",
                "dedup_id")) {
            usages.add(usage("o1").put(member, "other"));
        }
        usages.add(usage("o1").without(List.of("dedup_id")));
        usages.add(usage("o1").put("dedup_id", ""));
        usages.add(usage("o1").put("start", NOW - 1));
        usages.add(usage("o1").put("end", NOW - 1));
        assertThat(submit(usages.toArray(ObjectNode[]::new))).allSatisfy(result ->
                assertThat(result).isInstanceOf(UsageResult.Accepted.class)).doesNotHaveDuplicates();
        assertThat(log.stored()).hasSize(usages.size());
        // region is carried, it tells no usages apart
        assertThat(submit(usage("o3"), usage("o3").put("region", "us")).get(1))
                .isInstanceOf(UsageResult.Duplicate.class);
    }

    @Test
    void withinAnArrayOnlyTheFirstOfItsKindIsStored() {
        ObjectNode other = usage("o1");
        other.putArray("measured_usage");
        List<UsageResult> results = submit(usage("o1"), usage("o2"), usage("o1"), other, usage("o1"));
        UsageResult.Accepted first = (UsageResult.Accepted) results.get(0);
        assertThat(results.get(1)).isInstanceOf(UsageResult.Accepted.class);
        assertThat(results.get(2)).isEqualTo(new UsageResult.Duplicate(first.location(), first.place()));
        assertThat(rejected(results.get(3)).code()).isEqualTo("conflict");
        assertThat(rejected(results.get(3)).members()).containsEntry("location", first.location());
        assertThat(results.get(4)).isEqualTo(new UsageResult.Duplicate(first.location(), first.place()));
        assertThat(log.stored()).hasSize(2);
    }

    @Test
    void anInvalidFirstDoesNotStandForTheSecond() {
        ObjectNode unknownMeasure = usage("o1");
        unknownMeasure.putArray("measured_usage").add(measured("x", 1));
        List<UsageResult> results = submit(unknownMeasure, usage("o1"));
        assertThat(rejected(results.get(0)).code()).isEqualTo("measure_not_found");
        assertThat(results.get(1)).isInstanceOf(UsageResult.Accepted.class);
    }

    @Test
    void resultsComeInTheOrderOfTheArrayAndTheBadHarmNoOthers() {
        marks.mark(logged(usage("known")), 7);
        ObjectNode conflicting = usage("known");
        conflicting.putArray("measured_usage");
        List<UsageResult> results = submit(usage("o1"), usage("o2").put("end", "x"), usage("known"), usage("o3"),
                usage("nobody"), conflicting, usage("o4").put("end", NOW - 200_000_000L).put("start", 0), usage("o1"),
                usage("o5").put("end", NOW + 700_000));
        assertThat(results.stream().map(this::kind)).containsExactly("accepted", "400 invalid", "duplicate", "accepted",
                "404 organization_not_found", "409 conflict", "409 slack", "duplicate", "400 future");
        assertThat(log.stored()).extracting(usage -> usage.origin().organizationId())
                .containsExactlyInAnyOrder("o1", "o3");
    }

    @Test
    void termsOfEqualIdsAreAskedForOncePerRequest() {
        submit(Stream.iterate(0, i -> i + 1).limit(1_000).map(i -> usage("o1").put("dedup_id", "d" + i))
                .toArray(ObjectNode[]::new));
        assertThat(resolved).hasValue(1);
        assertThat(log.stored()).hasSize(1_000);
    }

    @Test
    void anEmptyArrayHasNoResults() {
        assertThat(submit()).isEmpty();
    }

    @Test
    void aPartitionThatTakesNothingHarmsNoOther() {
        assertThat(log.partition("o1")).isNotEqualTo(log.partition("o2"));
        log.fail(log.partition("o1"),
                new LogUnavailableException("backlog_full", "too much", Duration.ofSeconds(9)));
        ObjectNode conflicting = usage("o1");
        conflicting.putArray("measured_usage");
        List<UsageResult> results = submit(usage("o1"), usage("o2"), usage("o1"), conflicting);
        assertThat(results.stream().map(this::kind))
                .containsExactly("503 backlog_full", "accepted", "503 backlog_full", "503 backlog_full");
        assertThat(rejected(results.get(0)).retryAfter()).contains(Duration.ofSeconds(9));
        assertThat(((UsageResult.Rejected) results.get(0)).retryable()).isTrue();
    }

    @Test
    void failuresOfTheLogAreAlwaysWorthARetry() {
        int partition = log.partition("o1");
        log.fail(partition, new CompletionException(new LogUnavailableException("stopping", "s", Duration.ofSeconds(1))));
        assertThat(kind(one(usage("o1")))).isEqualTo("503 stopping");
        log.fail(partition, new StoreException("away"));
        assertThat(kind(one(usage("o1")))).isEqualTo("503 store_unavailable");
        log.fail(partition, new IllegalStateException("a bug"));
        assertThat(kind(one(usage("o1")))).isEqualTo("500 broken");
        log.neverAnswer(partition);
        assertThat(kind(one(usage("o1")))).isEqualTo("503 append_timeout");
    }

    @Test
    void noMarkIsLookedForWhereThereIsNone() {
        log.markedUntil(NOW - 1);
        marks.away(true);
        assertThat(kind(one(times(NOW)))).isEqualTo("accepted");
        marks.away(false);
        marks.mark(logged(times(NOW - 1)), 3);
        assertThat(codes(submit(times(NOW + 1), times(NOW - 1), times(NOW + 1)))).containsExactly("accepted", "duplicate",
                "duplicate");
    }

    @Test
    void nothingIsStoredWhenTheMarksCannotBeRead() {
        marks.away(true);
        assertThatThrownBy(() -> submit(usage("o1"))).isInstanceOf(StoreException.class);
        marks.away(false);
        marks.put(DedupMark.key(logged(usage("o1"))), "{\"version\":2,\"position\":1,\"content\":\"x\"}");
        assertThatThrownBy(() -> submit(usage("o1"))).isInstanceOf(IllegalStateException.class);
        assertThat(log.stored()).isEmpty();
    }

    private LoggedUsage logged(ObjectNode usage) {
        Reading.Valid valid = (Reading.Valid) read(List.of(usage)).get(0);
        return valid.usage().under(Samples.terms("o", "r", "p").pin());
    }

    private static List<Reading> read(List<ObjectNode> usages) {
        String array = usages.stream().map(JsonNode::toString).collect(Collectors.joining(",", "[", "]"));
        return new UsageReader().read(array.getBytes(StandardCharsets.UTF_8)).readings();
    }

    private List<UsageResult> submit(ObjectNode... usages) {
        requests++;
        List<UsageResult> results = intake.submit(read(List.of(usages)));
        assertThat(results).hasSize(usages.length);
        return results;
    }

    private UsageResult one(ObjectNode usage) {
        return submit(usage).get(0);
    }

    private static Problem rejected(UsageResult result) {
        return ((UsageResult.Rejected) result).problem();
    }

    private String kind(UsageResult result) {
        return result instanceof UsageResult.Rejected rejected
                ? rejected.problem().status() + " " + rejected.problem().code()
                : result instanceof UsageResult.Accepted ? "accepted" : "duplicate";
    }

    private List<String> codes(List<UsageResult> results) {
        return results.stream().map(this::kind).toList();
    }

    private static ObjectNode usage(String organizationId) {
        return Samples.usage(organizationId);
    }

    private static ObjectNode times(long end) {
        return usage("o1").put("start", end).put("end", end);
    }

    private static ObjectNode measured(String measure, long quantity) {
        ObjectNode measured = usage("o").objectNode();
        return measured.put("measure", measure).put("quantity", quantity);
    }

    private static ObjectNode measured(String measure, String quantity) {
        ObjectNode measured = usage("o").objectNode();
        return measured.put("measure", measure).put("quantity", quantity);
    }
}
