package io.quipu.collector.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.quipu.collector.log.Collector;
import io.quipu.collector.log.LogDocuments;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RejectedUsagesTest {

    private final Collector collector = new Collector(new FaultyStore());

    @Test
    void whatIsListedSaysWhetherItIsAnEvent() {
        LoggedUsage usage = io.quipu.collector.log.Samples.usage("a");
        Event event = new Event(Event.Kind.START, "e1");
        collector.append(usage, new LoggedUsage(usage.origin(), usage.pin(), usage.measuredUsage(), null, null, event, null));
        LogDocuments documents = collector.log.documents();
        documents.linkRejected(Map.of("org", List.of(0L, 1L)));
        documents.insert(List.of(
                LogDocuments.rejectedUsage(0, new Rejection(0, "meter", "metering_failed", "one"), Write.NEVER),
                LogDocuments.rejectedUsage(0, new Rejection(1, "meter", "metering_failed", "two"), Write.NEVER)));

        List<RejectedUsages.Entry> entries = new ArrayList<>();
        new RejectedUsages(collector.log, documents).read("org", entries::add);
        assertThat(entries).containsExactly(
                new RejectedUsages.Entry(Locations.of(usage.origin(), 0, 0), null, "meter", "metering_failed", "one"),
                new RejectedUsages.Entry(Locations.of(usage.origin(), 0, 1), event, "meter", "metering_failed", "two"));
    }
}
