package io.quipu.reporting.graph;

/**
 * What one query may ask for.
 *
 * @param query characters of its text
 * @param depth fields within fields
 * @param fields fields altogether, each as often as it is named
 * @param organizations reports of organizations
 * @param values numbers, texts, objects and lists of the answer, nulls included
 */
public record GraphLimits(int query, int depth, int fields, int organizations, int values) {
}
