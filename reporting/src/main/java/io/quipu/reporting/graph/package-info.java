/**
 * GraphQL over reports: which report a query asks for, how far down, and what of it is kept in memory. Says nothing itself about
 * usage: what it selects from is the report as {@code flow} writes it. The schema is {@code reporting-graph/reports.graphqls}.
 *
 * <p>Start reading at {@link io.quipu.reporting.graph.GraphQueries}, then {@link io.quipu.reporting.graph.ReportFetchers}.
 */
package io.quipu.reporting.graph;
