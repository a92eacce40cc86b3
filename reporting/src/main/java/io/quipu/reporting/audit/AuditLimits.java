package io.quipu.reporting.audit;

/**
 * What one audit may take: it keeps a hash of each usage and two values of each figure in memory.
 *
 * @param maxUsages usages of the organization in the month, about 80 bytes each
 * @param maxFigures figures of all documents, about 250 bytes each
 */
public record AuditLimits(int maxUsages, int maxFigures) {

    /** Differences that an answer lists; all are counted. */
    public static final int MAX_DIFFERENCES = 100;

    /** Usages that explain one difference, at most. */
    public static final int MAX_EXPLAINING = 5;
}
