package io.quipu.reporting.audit;

import io.quipu.common.quantity.Value;
import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.InstanceWindow;
import io.quipu.common.totals.MetricTotal;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.totals.PlanTotals;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.PlanPath;
import io.quipu.common.usage.Position;
import io.quipu.common.usage.Rejection;
import io.quipu.common.web.Problem;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All documents of an organization's month: first taken over as they are stored, the organization's before the others, then
 * posted to from the log. Each is compared as of its own watermark, so usage may flow meanwhile.
 *
 * <p>A document must hold everything up to its watermark, and at least up to the cursor as it was before anything was read:
 * up to there all stages have committed. Consumers must also have come as far as their organization's month, which is
 * written after them and was read before. Not thread-safe.
 */
final class MonthDocuments {

    private final long cursor;
    private final int maxFigures;
    private final Map<DocumentKey, MonthDocument> documents = new HashMap<>();
    private final Map<Long, Rejection> rejections = new TreeMap<>();
    private final SortedSet<String> levels = new TreeSet<>();
    private final SortedSet<String> leftOut = new TreeSet<>();
    private long parent = Position.NONE;
    private long furthest;
    private long figures;

    /**
     * None yet.
     *
     * @param cursor the partition's cursor, read before any document
     * @param maxFigures how many figures there may be
     */
    MonthDocuments(long cursor, int maxFigures) {
        this.cursor = cursor;
        this.maxFigures = maxFigures;
        this.furthest = cursor;
    }

    /** Takes over a document of the organization. */
    void store(OrganizationWindow window) {
        if (window.window().unit() == Window.Unit.MONTH) {
            parent = Math.max(parent, window.watermark().position());
        }
        MonthDocument document = stored(DocumentKey.organization(window.window()), window.watermark());
        text(document, Field.ACCOUNT, window.accountId());
        text(document, Field.CURRENCY, window.currency());
        totals(document, null, window.plans());
        for (OrganizationWindow.SpaceTotals space : window.spaces()) {
            store(document, new FigureKey(space.spaceId(), null, null, null, null, Field.PLANS),
                    Value.of(BigDecimal.valueOf(space.plans().size())));
            totals(document, space.spaceId(), space.plans());
        }
    }

    /** Takes over a consumer's document; one that was taken over before is left alone. */
    void store(ConsumerWindow window) {
        DocumentKey key = DocumentKey.consumer(
                new Consumer(window.organizationId(), window.spaceId(), window.consumerId()), window.window());
        if (!documents.containsKey(key)) {
            totals(stored(key, window.watermark()), null, window.plans());
        }
    }

    /** Takes over an instance's document; one that was taken over before is left alone. */
    void store(InstanceWindow window) {
        DocumentKey key = DocumentKey.instance(
                new Consumer(window.organizationId(), window.spaceId(), window.consumerId()), window.resourceId(),
                window.resourceInstanceId(), window.path(), window.window());
        if (documents.containsKey(key)) {
            return;
        }
        MonthDocument document = stored(key, window.watermark());
        text(document, Field.PLAN, window.plan());
        for (InstanceWindow.MetricState metric : window.metrics()) {
            if (metric.level() != null) {
                levels.add(metric.metric());
                document.level(FigureKey.of(Field.PLAN));
            }
            store(document, new FigureKey(null, null, null, metric.metric(), null, Field.STATE), metric.state());
            for (InstanceWindow.HourState hour : metric.hours() == null ? List.<InstanceWindow.HourState>of()
                    : metric.hours()) {
                store(document, new FigureKey(null, null, null, metric.metric(), hour.hour(), Field.STATE),
                        hour.state());
            }
        }
    }

    private void totals(MonthDocument document, String spaceId, List<PlanTotals> plans) {
        for (PlanTotals plan : plans) {
            store(document, new FigureKey(spaceId, plan.resourceId(), plan.path(), null, null, Field.PLAN),
                    new Value.Text(plan.plan()));
            for (MetricTotal metric : plan.metrics()) {
                if (level(metric)) {
                    levels.add(metric.metric());
                    document.level(new FigureKey(spaceId, plan.resourceId(), plan.path(), null, null, Field.PLAN));
                    continue;
                }
                FigureKey place = new FigureKey(spaceId, plan.resourceId(), plan.path(), metric.metric(), null, null);
                store(document, place.with(Field.QUANTITY), metric.quantity());
                store(document, place.with(Field.COST), Value.of(metric.cost()));
                for (MetricTotal.HourTotal hour : metric.hours() == null ? List.<MetricTotal.HourTotal>of()
                        : metric.hours()) {
                    FigureKey ofHour = new FigureKey(spaceId, plan.resourceId(), plan.path(), metric.metric(),
                            hour.hour(), null);
                    store(document, ofHour.with(Field.QUANTITY), hour.quantity());
                    store(document, ofHour.with(Field.COST), Value.of(hour.cost()));
                }
            }
        }
    }

    private static boolean level(MetricTotal metric) {
        return metric.level() != null
                || metric.hours() != null && metric.hours().stream().anyMatch(hour -> hour.level() != null);
    }

    private void text(MonthDocument document, Field field, String text) {
        if (text != null) {
            store(document, FigureKey.of(field), new Value.Text(text));
        }
    }

    private void store(MonthDocument document, FigureKey figure, Value value) {
        if (value != null) {
            document.store(figure, value);
            bounded(1);
        }
    }

    private MonthDocument stored(DocumentKey key, Watermark watermark) {
        MonthDocument document = MonthDocument.stored(key, watermark.position(), due(key));
        documents.put(key, document);
        furthest = Math.max(furthest, watermark.position());
        watermark.rejected().forEach(rejection -> rejections.putIfAbsent(rejection.position(), rejection));
        return document;
    }

    /** The position that a document of that kind must have come to. */
    private long due(DocumentKey key) {
        return key.level() == Level.CONSUMER ? Math.max(cursor, parent) : cursor;
    }

    private void bounded(int added) {
        figures += added;
        if (figures > maxFigures) {
            throw Problem.of(422, "audit_too_large", "The organization has more than " + maxFigures
                    + " figures in that month, more than quipu.audit.max-figures allows.");
        }
    }

    /** Posts a usage to the documents that must hold it, and moves those that must have passed it. */
    void post(FoldedUsage folded) {
        if (folded.passes()) {
            Postings.documents(folded).forEach(key -> {
                MonthDocument document = due(key, folded.position());
                if (document != null) {
                    document.pass(folded.position());
                }
            });
        }
        if (folded.fate() == FoldedUsage.Fate.COUNTED) {
            for (Postings.Posting posting : Postings.of(folded)) {
                MonthDocument document = due(posting.document(), folded.position());
                if (document != null) {
                    int before = document.figures().size();
                    if (posting.value() == null) {
                        document.add(posting.figure(), posting.change());
                    } else {
                        document.set(posting.figure(), posting.value());
                    }
                    bounded(document.figures().size() - before);
                }
            }
        }
    }

    /** The document of a key if it must hold a position, else null. */
    private MonthDocument due(DocumentKey key, long position) {
        MonthDocument document = documents.get(key);
        if (document == null && position <= due(key)) {
            document = MonthDocument.missing(key, due(key));
            documents.put(key, document);
        }
        return document != null && position <= document.through() ? document : null;
    }

    /** Up to which position a document of that key must hold what concerns it. */
    long through(DocumentKey key) {
        MonthDocument document = documents.get(key);
        return document == null ? due(key) : document.through();
    }

    /** The last position that matters to any document. */
    long furthest() {
        return furthest;
    }

    /** The highest watermark. */
    long watermark() {
        return documents.values().stream().mapToLong(MonthDocument::watermark).max().orElse(Position.NONE);
    }

    /** The rejections that documents list, by position. */
    Map<Long, Rejection> rejections() {
        return rejections;
    }

    Collection<MonthDocument> all() {
        return documents.values();
    }

    /**
     * Compares all, from the organization down.
     *
     * @param fold has folded the usage, and knows by its plans what is left out
     */
    void compare(Differences differences, MonthFold fold) {
        levels.addAll(fold.levels());
        Map<PlanPath, Set<String>> planned = fold.leftOut();
        planned.values().forEach(leftOut::addAll);
        documents.values().stream().sorted(Comparator.comparing(MonthDocument::key))
                .forEach(document -> differences.compare(document, planned, moved(document)));
    }

    /** Whether it may have come further than its usage by levels: by changes of them, or by passing rejected usage that had some. */
    private boolean moved(MonthDocument document) {
        return document.hasLevels() || !levels.isEmpty() && rejections.containsKey(document.watermark());
    }

    /** The metrics that were left out, by name: levels, by their plans or by their documents, and those of formulas. */
    Set<String> leftOut() {
        Set<String> all = new TreeSet<>(leftOut);
        all.addAll(levels);
        return all;
    }

    long figures() {
        return figures;
    }
}
