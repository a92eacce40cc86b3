package io.quipu.reporting.flow;

import io.quipu.common.stage.Watermark;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.reporting.report.OrganizationTotals;
import io.quipu.reporting.source.Aggregator;
import io.quipu.reporting.source.Aggregator.ConsumerDocuments;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The consumers of one space as they were read: their documents stay put aside, only their ids are in memory. Tells
 * whether any of them is ahead of its parent. Not thread-safe.
 */
final class SpaceChildren implements AutoCloseable {

    private final OrganizationTotals parent;
    private final Spool lines;
    private final List<Line> index = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private boolean ahead;

    SpaceChildren(OrganizationTotals parent, Spool.Limits limits) {
        this.parent = parent;
        this.lines = new Spool(limits);
    }

    private record Line(String consumerId, Spool.Range range) {
    }

    /** Takes a consumer; one that came before is left out. */
    void add(ConsumerDocuments consumer, byte[] line) {
        if (ids.add(consumer.consumerId())) {
            index.add(new Line(consumer.consumerId(), lines.write(line)));
            ahead |= consumer.documents().stream().anyMatch(this::ahead);
        }
    }

    private boolean ahead(ConsumerWindow document) {
        Watermark watermark = document.watermark();
        return watermark.position() > parent.position(document.window());
    }

    /**
     * Whether a consumer has folded usage that its parent had not when it was read. If none has, they show the same
     * usage: the parent is written after its consumers and was read before them.
     */
    boolean ahead() {
        return ahead;
    }

    /** Hands over all consumers by id, so many at a time. */
    void inChunks(int size, Consumer<List<ConsumerDocuments>> chunks) {
        index.sort(Comparator.comparing(Line::consumerId));
        for (int from = 0; from < index.size(); from += size) {
            chunks.accept(index.subList(from, Math.min(index.size(), from + size)).stream()
                    .map(line -> Aggregator.consumer(lines.read(line.range()))).toList());
        }
    }

    @Override
    public void close() {
        lines.close();
    }
}
