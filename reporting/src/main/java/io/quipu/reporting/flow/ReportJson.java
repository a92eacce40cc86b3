package io.quipu.reporting.flow;

import io.quipu.common.quantity.Value;
import io.quipu.common.wire.Json;
import io.quipu.reporting.report.ConsumerReport;
import io.quipu.reporting.report.InstanceReport;
import io.quipu.reporting.report.MetricReport;
import io.quipu.reporting.report.PlanReport;
import io.quipu.reporting.report.ResourceInstanceReport;
import io.quipu.reporting.report.ResourceReport;
import io.quipu.reporting.report.Slot;
import java.math.BigDecimal;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.SerializedString;

/**
 * Writes the parts of a report member by member, as the mapper would by way of their components, in a fraction of the time:
 * members in their order, without those that are null.
 */
final class ReportJson {

    private static final SerializableString CONSUMER_ID = new SerializedString("consumer_id");
    private static final SerializableString WINDOWS = new SerializedString("windows");
    private static final SerializableString RESOURCES = new SerializedString("resources");
    private static final SerializableString RESOURCE_ID = new SerializedString("resource_id");
    private static final SerializableString AGGREGATED_USAGE = new SerializedString("aggregated_usage");
    private static final SerializableString ACCUMULATED_USAGE = new SerializedString("accumulated_usage");
    private static final SerializableString PLANS = new SerializedString("plans");
    private static final SerializableString PLAN_ID = new SerializedString("plan_id");
    private static final SerializableString METERING_PLAN_ID = new SerializedString("metering_plan_id");
    private static final SerializableString RATING_PLAN_ID = new SerializedString("rating_plan_id");
    private static final SerializableString PRICING_PLAN_ID = new SerializedString("pricing_plan_id");
    private static final SerializableString RESOURCE_INSTANCES = new SerializedString("resource_instances");
    private static final SerializableString ID = new SerializedString("id");
    private static final SerializableString T = new SerializedString("t");
    private static final SerializableString P = new SerializedString("p");
    private static final SerializableString METRIC = new SerializedString("metric");
    private static final SerializableString QUANTITY = new SerializedString("quantity");
    private static final SerializableString AVERAGE = new SerializedString("average");
    private static final SerializableString CONSUMED = new SerializedString("consumed");
    private static final SerializableString CONSUMING = new SerializedString("consuming");
    private static final SerializableString SUMMARY = new SerializedString("summary");
    private static final SerializableString COST = new SerializedString("cost");
    private static final SerializableString CHARGE = new SerializedString("charge");

    private ReportJson() {
    }

    /** A consumer, an object. */
    static void consumer(JsonGenerator json, ConsumerReport consumer) {
        json.writeStartObject();
        json.writeName(CONSUMER_ID);
        json.writeString(consumer.consumerId());
        windows(json, consumer.windows());
        resources(json, consumer.resources());
        json.writeEndObject();
    }

    /** The member {@code resources}. */
    static void resources(JsonGenerator json, List<ResourceReport> resources) {
        json.writeName(RESOURCES);
        json.writeStartArray();
        for (ResourceReport resource : resources) {
            json.writeStartObject();
            json.writeName(RESOURCE_ID);
            json.writeString(resource.resourceId());
            windows(json, resource.windows());
            metrics(json, resource.aggregatedUsage());
            json.writeName(PLANS);
            json.writeStartArray();
            resource.plans().forEach(plan -> plan(json, plan));
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void plan(JsonGenerator json, PlanReport plan) {
        json.writeStartObject();
        json.writeName(PLAN_ID);
        json.writeString(plan.planId());
        json.writeName(METERING_PLAN_ID);
        json.writeString(plan.meteringPlanId());
        json.writeName(RATING_PLAN_ID);
        json.writeString(plan.ratingPlanId());
        json.writeName(PRICING_PLAN_ID);
        json.writeString(plan.pricingPlanId());
        metrics(json, plan.aggregatedUsage());
        windows(json, plan.windows());
        if (plan.resourceInstances() != null) {
            json.writeName(RESOURCE_INSTANCES);
            json.writeStartArray();
            plan.resourceInstances().forEach(instance -> instance(json, instance));
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void instance(JsonGenerator json, InstanceReport instance) {
        json.writeStartObject();
        json.writeName(ID);
        json.writeString(instance.id());
        json.writeName(T);
        json.writeString(instance.t());
        json.writeName(P);
        json.writeNumber(instance.p());
        metrics(json, instance.aggregatedUsage());
        json.writeEndObject();
    }

    /** The report about one resource instance, an object. */
    static void resourceInstance(JsonGenerator json, ResourceInstanceReport report) {
        json.writeStartObject();
        json.writeName(ID);
        json.writeString(report.id());
        json.writeStringProperty("organization_id", report.organizationId());
        json.writeStringProperty("space_id", report.spaceId());
        json.writeName(CONSUMER_ID);
        json.writeString(report.consumerId());
        json.writeName(RESOURCE_ID);
        json.writeString(report.resourceId());
        json.writeStringProperty("resource_instance_id", report.resourceInstanceId());
        json.writeName(PLAN_ID);
        json.writeString(report.planId());
        json.writeName(METERING_PLAN_ID);
        json.writeString(report.meteringPlanId());
        json.writeName(RATING_PLAN_ID);
        json.writeString(report.ratingPlanId());
        json.writeName(PRICING_PLAN_ID);
        json.writeString(report.pricingPlanId());
        if (report.start() != null) {
            json.writeNumberProperty("start", report.start());
            json.writeNumberProperty("end", report.end());
        }
        json.writeNumberProperty("processed", report.processed());
        json.writeStringProperty("processed_id", report.processedId());
        json.writeNumberProperty("evaluated_to", report.evaluatedTo());
        metrics(json, ACCUMULATED_USAGE, report.accumulatedUsage());
        json.writeEndObject();
    }

    private static void metrics(JsonGenerator json, List<MetricReport> metrics) {
        metrics(json, AGGREGATED_USAGE, metrics);
    }

    private static void metrics(JsonGenerator json, SerializableString name, List<MetricReport> metrics) {
        json.writeName(name);
        json.writeStartArray();
        for (MetricReport metric : metrics) {
            json.writeStartObject();
            json.writeName(METRIC);
            json.writeString(metric.metric());
            windows(json, metric.windows());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** The member {@code windows}. */
    static void windows(JsonGenerator json, List<List<Slot>> windows) {
        json.writeName(WINDOWS);
        json.writeStartArray();
        for (List<Slot> slots : windows) {
            json.writeStartArray();
            for (Slot slot : slots) {
                slot(json, slot);
            }
            json.writeEndArray();
        }
        json.writeEndArray();
    }

    private static void slot(JsonGenerator json, Slot slot) {
        if (slot == null) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        if (slot.level() != null) {
            json.writeName(QUANTITY);
            json.writeStartObject();
            number(json, AVERAGE, slot.level().average());
            number(json, CONSUMED, slot.level().consumed());
            number(json, CONSUMING, slot.level().consuming());
            json.writeEndObject();
        } else {
            value(json, QUANTITY, slot.quantity());
        }
        number(json, SUMMARY, slot.summary());
        value(json, COST, slot.cost());
        number(json, CHARGE, slot.charge());
        json.writeEndObject();
    }

    private static void value(JsonGenerator json, SerializableString name, Value value) {
        if (value != null) {
            json.writeName(name);
            Json.writeValue(json, value);
        }
    }

    private static void number(JsonGenerator json, SerializableString name, BigDecimal number) {
        if (number != null) {
            json.writeName(name);
            Json.writeNumber(json, number);
        }
    }
}
