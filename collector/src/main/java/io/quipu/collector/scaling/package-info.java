/**
 * Tells Cloud Foundry's App Autoscaler how far behind the pipeline is. Only where an autoscaler is bound; nothing here may ever disturb
 * the collector. Begin with {@link io.quipu.collector.scaling.ScalingReports}.
 */
package io.quipu.collector.scaling;
