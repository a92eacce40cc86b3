/**
 * The audit: recomputes every figure of an organization's month from the usage log, with code that shares no rule with the
 * stages, and compares. What is shared is the shape of documents, plans and ids, and the evaluator of meter expressions.
 * Knows no HTTP and no Spring; log and documents come through the interfaces of {@code source}.
 *
 * <p>Start reading at {@link io.quipu.reporting.audit.UsageAudit}, then {@code MonthFold} (what each usage does) and {@code
 * Postings} (to which figures).
 */
package io.quipu.reporting.audit;
