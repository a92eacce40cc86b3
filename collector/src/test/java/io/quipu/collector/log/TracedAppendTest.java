package io.quipu.collector.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.store.FaultyStore;
import io.quipu.common.trace.RecordedTraces;
import io.quipu.common.trace.Traces;
import io.quipu.common.usage.Keys;
import io.quipu.common.wire.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the log keeps of traces: the append of a usage whose trace is recorded, and nothing of any other. */
class TracedAppendTest {

    private final FaultyStore store = new FaultyStore();
    private Collector collector;
    private RecordedTraces traces;

    @BeforeEach
    void start() {
        collector = new Collector(store);
        traces = collector.traces;
    }

    private String segment(long n) {
        return new String(store.documents().get(Keys.segment(0, n)).content(), StandardCharsets.UTF_8);
    }

    @Test
    void theSpanOfTheAppendIsKeptWithEachOfItsUsages() {
        traces.workFor(RecordedTraces.context(1));
        collector.append("a", "b");

        assertThat(traces.spans).singleElement().satisfies(span -> {
            assertThat(span.name).isEqualTo("append");
            assertThat(span.kind).isEqualTo(Traces.Kind.PRODUCER);
            assertThat(span.parent).isEqualTo(RecordedTraces.context(1));
            assertThat(span.ended).isTrue();
            assertThat(collector.segment(0).usage()).extracting(LoggedUsage::trace)
                    .containsOnly(span.context.traceparent());
        });
    }

    @Test
    void ofAnAppendThatIsNotRecordedNoByteIsKept() {
        collector.append("a");
        assertThat(traces.spans).isEmpty();
        assertThat(collector.segment(0).usage().get(0).trace()).isNull();
        assertThat(segment(0)).doesNotContain("trace");
    }

    @Test
    void usagesOfOneSegmentHaveTheirOwn() {
        traces.workFor(RecordedTraces.context(1));
        var first = collector.queue("a");
        traces.workFor();
        var second = collector.queue("b");
        traces.workFor(RecordedTraces.context(2));
        var third = collector.queue("c");
        assertThat(traces.spans).noneMatch(span -> span.ended);
        collector.executor.runAll();

        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
        assertThat(third).isCompleted();
        assertThat(collector.segment(0).usage()).extracting(LoggedUsage::trace).containsExactly(
                traces.spans.get(0).context.traceparent(), null, traces.spans.get(1).context.traceparent());
        assertThat(traces.spans).allMatch(span -> span.ended);
    }

    @Test
    void aTraceChangesNeitherTheKeyNorTheContent() {
        LoggedUsage usage = Samples.usage("a");
        LoggedUsage traced = usage.in(RecordedTraces.context(1).traceparent());
        assertThat(DedupMark.key(traced)).isEqualTo(DedupMark.key(usage));
        assertThat(DedupMark.content(traced)).isEqualTo(DedupMark.content(usage));
        assertThat(traced.collected(7, 8)).isEqualTo(usage.collected(7, 8));
    }

    @Test
    void aSegmentOfAReleaseThatKnewNoTracesIsRead() {
        collector.append("a");
        byte[] old = segment(0).getBytes(StandardCharsets.UTF_8);
        assertThat(Json.read(old, Segment.class).usage().get(0)).isEqualTo(Samples.usage("a"));
        assertThat(Segment.VERSION).isEqualTo(1);
    }

    @Test
    void anAppendThatFailsIsNoted() {
        traces.workFor(RecordedTraces.context(1));
        collector.log.stop();
        assertThatThrownBy(() -> collector.append("a")).isInstanceOf(LogUnavailableException.class);
        assertThat(traces.spans).singleElement().satisfies(span -> {
            assertThat(span.failure).isNotNull();
            assertThat(span.ended).isTrue();
        });
    }
}
