package io.quipu.reporting.audit;

import io.quipu.reporting.audit.AuditReport.Explanation;
import io.quipu.reporting.audit.Differences.Found;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Finds the usages that explain differences, in a second fold of the log: a usage explains a figure when leaving it out, or
 * counting it once more, makes the difference. Of several that would, those come first that explain most figures. Where
 * there is none, a cost has the explanation of its quantity, and anything else the last usages that went into it. Not
 * thread-safe.
 */
final class Explanations {

    /** Candidates that are kept of one figure, the latest. */
    private static final int MAX_CANDIDATES = 200;

    private final ToLongFunction<DocumentKey> through;
    private final Map<DocumentKey, Map<FigureKey, Sought>> sought = new HashMap<>();
    private final Map<Long, Integer> explained = new HashMap<>();

    /**
     * Of differences.
     *
     * @param differences what is to be explained
     * @param through up to which position a document must hold what concerns it
     */
    Explanations(List<Found> differences, ToLongFunction<DocumentKey> through) {
        this.through = through;
        differences.forEach(difference -> sought.computeIfAbsent(difference.document(), d -> new LinkedHashMap<>())
                .put(difference.figure(), new Sought(difference.excess())));
    }

    private static final class Sought {

        private final BigDecimal excess;
        private final Deque<Explanation> exact = new ArrayDeque<>();
        private final Deque<Explanation> latest = new ArrayDeque<>();

        private Sought(BigDecimal excess) {
            this.excess = excess;
        }
    }

    /** Looks at a usage, in the order of the log. */
    void consider(FoldedUsage folded) {
        if (folded.fate() == FoldedUsage.Fate.COUNTED) {
            Postings.documents(folded).forEach(key -> sought.getOrDefault(key, Map.of()).forEach((figure, difference) -> {
                if (figure.field() == Field.DOCUMENT || figure.field() == Field.WATERMARK) {
                    latest(difference, folded);
                }
            }));
        }
        for (Postings.Posting posting : Postings.of(folded)) {
            Sought difference = sought.getOrDefault(posting.document(), Map.of()).get(posting.figure());
            if (difference != null) {
                consider(difference, folded, posting);
            }
        }
    }

    private void consider(Sought difference, FoldedUsage folded, Postings.Posting posting) {
        boolean due = folded.fate() == FoldedUsage.Fate.COUNTED
                && folded.position() <= through.applyAsLong(posting.document());
        if (due) {
            latest(difference, folded);
        }
        if (posting.change() == null || difference.excess == null || posting.change().signum() == 0) {
            return;
        }
        if (due && posting.change().compareTo(difference.excess.negate()) == 0) {
            exact(difference, folded, "missing");
        } else if (posting.change().compareTo(difference.excess) == 0) {
            exact(difference, folded, switch (folded.fate()) {
                case COUNTED -> due ? "counted_twice" : "early";
                case DUPLICATE -> "duplicate";
                case REJECTED -> "rejected";
            });
        }
    }

    private void exact(Sought difference, FoldedUsage folded, String how) {
        explained.merge(folded.position(), 1, Integer::sum);
        difference.exact.addFirst(explanation(folded, how));
        if (difference.exact.size() > MAX_CANDIDATES) {
            long dropped = difference.exact.removeLast().position();
            explained.computeIfPresent(dropped, (position, times) -> times == 1 ? null : times - 1);
        }
    }

    private static void latest(Sought difference, FoldedUsage folded) {
        difference.latest.addFirst(explanation(folded, "latest"));
        if (difference.latest.size() > AuditLimits.MAX_EXPLAINING) {
            difference.latest.removeLast();
        }
    }

    private static Explanation explanation(FoldedUsage folded, String how) {
        return new Explanation(folded.position(), folded.usage().location(), how);
    }

    /** What explains a difference; the likeliest first. */
    List<Explanation> of(Found difference) {
        Map<FigureKey, Sought> ofDocument = sought.get(difference.document());
        Sought own = ofDocument.get(difference.figure());
        Sought quantity = ofDocument.get(difference.figure().with(Field.QUANTITY));
        Deque<Explanation> exact = own.exact.isEmpty() && quantity != null ? quantity.exact : own.exact;
        if (exact.isEmpty()) {
            return List.copyOf(own.latest);
        }
        return exact.stream().sorted(Comparator
                        .comparingInt((Explanation e) -> explained.getOrDefault(e.position(), 0)).reversed()
                        .thenComparing(Comparator.comparingLong(Explanation::position).reversed()))
                .limit(AuditLimits.MAX_EXPLAINING).toList();
    }
}
