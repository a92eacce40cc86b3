package io.quipu.reporting;

import io.quipu.reporting.graph.GraphLimits;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be configured under {@code quipu.graph}.
 *
 * @param maxConcurrent queries answered at a time; one more is answered 503
 * @param maxQuery characters of a query
 * @param maxDepth fields within fields
 * @param maxFields fields of a query altogether
 * @param maxOrganizations reports of organizations that a query may ask for
 * @param maxValues numbers, texts, objects, lists and nulls of an answer, some hundred bytes of memory each; more is answered 422
 */
@ConfigurationProperties("quipu.graph")
public record GraphProperties(@DefaultValue("2") int maxConcurrent, @DefaultValue("16384") int maxQuery,
        @DefaultValue("20") int maxDepth, @DefaultValue("500") int maxFields, @DefaultValue("100") int maxOrganizations,
        @DefaultValue("50000") int maxValues) {

    /** What a query may ask for. */
    GraphLimits limits() {
        return new GraphLimits(maxQuery, maxDepth, maxFields, maxOrganizations, maxValues);
    }
}
