package io.quipu.reporting.audit;

import io.quipu.common.quantity.Value;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.PlanPath;
import io.quipu.reporting.audit.AuditReport.Difference;
import io.quipu.reporting.audit.AuditReport.Explanation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What differs between documents and log: all of it is counted, the first of each kind are kept, decisions on usages and
 * figures of documents. Not thread-safe.
 */
final class Differences {

    private static final Value PRESENT = new Value.Text("present");

    private final String organizationId;
    private final List<Difference> decisions = new ArrayList<>();
    private final List<Found> found = new ArrayList<>();
    private long count;

    Differences(String organizationId) {
        this.organizationId = organizationId;
    }

    /**
     * A figure that differs.
     *
     * @param document the document
     * @param figure the figure
     * @param stored what is stored, or null
     * @param audited what the log adds up to, or null
     */
    record Found(DocumentKey document, FigureKey figure, Value stored, Value audited) {

        /** By how much the stored number is too high; null when they are no numbers. */
        BigDecimal excess() {
            BigDecimal is = number(stored);
            BigDecimal should = number(audited);
            return is == null || should == null ? null : is.subtract(should);
        }

        private static BigDecimal number(Value value) {
            if (value == null) {
                return BigDecimal.ZERO;
            }
            if (value instanceof Value.Structure structure
                    && structure.members().get("quantity") instanceof Value.Numeric quantity) {
                return quantity.number();
            }
            return value instanceof Value.Numeric numeric ? numeric.number() : null;
        }
    }

    /** Notes that the decision on a usage is not what it must be; null stands for "it counts". */
    void decision(FoldedUsage folded, String stored, String audited) {
        count++;
        if (decisions.size() < AuditLimits.MAX_DIFFERENCES) {
            decisions.add(new Difference("log", null, folded.usage().origin().spaceId(),
                    folded.usage().origin().consumerId(), folded.usage().origin().resourceId(), folded.path().joined(),
                    folded.usage().origin().resourceInstanceId(), null, folded.day().id(), null, Field.REJECTION.id(),
                    stored == null ? null : new Value.Text(stored), audited == null ? null : new Value.Text(audited),
                    List.of(new Explanation(folded.position(), folded.usage().location(),
                            stored == null ? "rejected" : "missing"))));
        }
    }

    /**
     * Compares a document. What is due to changes of levels is left out: a document that has any may be due to them alone, or
     * have come further by one that another month's usage has made.
     *
     * @param leftOut the metrics that are not recomputed, by plan path
     * @param moved whether it may be there, or have come further, for levels alone
     */
    void compare(MonthDocument document, Map<PlanPath, Set<String>> leftOut, boolean moved) {
        boolean expected = document.passed() >= 0;
        if (document.isStored() != expected && !(document.isStored() && moved)) {
            found(new Found(document.key(), FigureKey.of(Field.DOCUMENT), document.isStored() ? PRESENT : null,
                    expected ? PRESENT : null));
            return;
        }
        if (moved ? document.watermark() < document.passed() : document.watermark() != document.passed()) {
            found(new Found(document.key(), FigureKey.of(Field.WATERMARK),
                    Value.of(BigDecimal.valueOf(document.watermark())),
                    Value.of(BigDecimal.valueOf(document.passed()))));
        }
        document.figures().entrySet().stream().filter(figure -> figure.getValue().differs())
                .filter(figure -> !document.leftOut(figure.getKey()) && !among(leftOut, document.key(), figure.getKey()))
                .sorted(Map.Entry.comparingByKey())
                .forEach(figure -> found(new Found(document.key(), figure.getKey(), figure.getValue().stored(),
                        figure.getValue().audited())));
    }

    private static boolean among(Map<PlanPath, Set<String>> metrics, DocumentKey document, FigureKey figure) {
        PlanPath path = figure.path() == null ? document.path() : figure.path();
        return figure.metric() != null && path != null && metrics.getOrDefault(path, Set.of()).contains(figure.metric());
    }

    private void found(Found difference) {
        count++;
        if (found.size() < AuditLimits.MAX_DIFFERENCES) {
            found.add(difference);
        }
    }

    long count() {
        return count;
    }

    /** The figures that are to be explained. */
    List<Found> found() {
        return found;
    }

    /** All that was kept, explained. */
    List<Difference> explained(Explanations explanations) {
        List<Difference> all = new ArrayList<>(decisions);
        found.forEach(difference -> all.add(difference(difference, explanations.of(difference))));
        return all.subList(0, Math.min(all.size(), AuditLimits.MAX_DIFFERENCES));
    }

    private Difference difference(Found difference, List<Explanation> explanations) {
        DocumentKey document = difference.document();
        FigureKey figure = difference.figure();
        Consumer consumer = document.consumer();
        boolean space = figure.spaceId() != null;
        boolean instance = document.level() == Level.INSTANCE;
        return new Difference((space ? Level.SPACE : document.level()).id(), document.stored(organizationId),
                space ? figure.spaceId() : consumer == null ? null : consumer.spaceId(),
                consumer == null ? null : consumer.consumerId(),
                instance ? document.resourceId() : figure.resourceId(),
                instance ? document.path().joined() : figure.path() == null ? null : figure.path().joined(),
                document.instanceId(), figure.metric(), document.window().id(), figure.hour(), figure.field().id(),
                difference.stored(), difference.audited(), explanations);
    }
}
