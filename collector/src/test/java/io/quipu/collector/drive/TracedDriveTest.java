package io.quipu.collector.drive;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.collector.log.Collector;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.Samples;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.trace.RecordedTraces;
import io.quipu.common.trace.TraceContext;
import io.quipu.common.trace.TraceHeaders;
import io.quipu.common.trace.Traces;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each trace of a batch is continued by one span of its drive, and what is sent is sent for these. */
class TracedDriveTest {

    private final Collector collector = new Collector(new FaultyStore());
    private final RecordedTraces traces = collector.traces;
    private final FoldingStage stage = new FoldingStage();
    private final List<List<TraceContext>> sentFor = new ArrayList<>();
    private boolean away;
    private final Pipeline pipeline = new Pipeline(collector, batch -> {
        sentFor.add(traces.current());
        if (away) {
            throw new StageUnavailableException("away", null);
        }
        return stage.send(batch);
    });

    private static LoggedUsage traced(String dedupId, String trace) {
        LoggedUsage usage = Samples.usage(dedupId);
        return new LoggedUsage(usage.origin(), usage.pin(), usage.measuredUsage(), dedupId, null, null, trace);
    }

    private static LoggedUsage traced(String dedupId, int trace) {
        return traced(dedupId, RecordedTraces.context(trace).traceparent());
    }

    @Test
    void everyTraceOfABatchIsContinuedOnce() {
        collector.append(traced("a", 1), Samples.usage("b"), traced("c", 2), traced("d", 1));
        pipeline.run();

        assertThat(traces.spans).extracting(span -> span.parent)
                .containsExactly(RecordedTraces.context(1), RecordedTraces.context(2));
        assertThat(traces.spans).allMatch(span -> span.name.equals("drive") && span.kind == Traces.Kind.CONSUMER
                && span.ended && span.failure == null);
        assertThat(sentFor).containsExactly(traces.spans.stream().map(span -> span.context).toList());
        assertThat(stage.folded).hasSize(4);
    }

    @Test
    void aBatchWithoutTracesHasNoSpan() {
        collector.append("a", "b");
        pipeline.run();
        assertThat(traces.spans).isEmpty();
        assertThat(sentFor).containsExactly(List.of());
    }

    @Test
    void moreTracesThanTheLimitEndAtTheLog() {
        LoggedUsage[] usages = new LoggedUsage[2 * TraceHeaders.MAX_TRACES];
        for (int i = 0; i < usages.length; i++) {
            usages[i] = traced("u" + i, i + 1);
        }
        collector.append(usages);
        pipeline.run();
        assertThat(traces.spans).hasSize(TraceHeaders.MAX_TRACES);
        assertThat(stage.folded).hasSize(usages.length);
    }

    @Test
    void whatIsNoTraceHindersNothing() {
        collector.append(traced("a", "nonsense"), traced("b", 2), traced("c", ""));
        pipeline.run();
        assertThat(traces.spans).hasSize(1);
        assertThat(stage.folded).hasSize(3);
    }

    @Test
    void aDuplicateIsNotDrivenSoItsTraceEndsAtTheLog() {
        collector.append(traced("a", 1), traced("a", 2));
        pipeline.run();
        assertThat(traces.spans).extracting(span -> span.parent).containsExactly(RecordedTraces.context(1));
    }

    @Test
    void eachTryIsRecorded() {
        away = true;
        collector.append(traced("a", 1));
        pipeline.run();
        assertThat(traces.spans).singleElement().satisfies(span -> {
            assertThat(span.failure).hasMessage("away");
            assertThat(span.ended).isTrue();
        });
        away = false;
        pipeline.finish();
        assertThat(traces.spans).hasSize(2);
        assertThat(traces.spans.get(1).failure).isNull();
        assertThat(stage.folded).hasSize(1);
        assertThat(traces.current()).isEmpty();
    }
}
