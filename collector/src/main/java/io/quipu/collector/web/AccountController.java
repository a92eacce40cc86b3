package io.quipu.collector.web;

import io.quipu.collector.catalog.Account;
import io.quipu.collector.catalog.Catalog;
import io.quipu.collector.catalog.PlanKind;
import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/** Accounts and what is paid by whom, under Abacus's paths; registering an account is our own addition. */
@RestController
public class AccountController {

    private static final String PLANS =
            "/organizations/{organization_id}/resource_types/{resource_type}/plans/{plan_name}/time/{time}";

    private final Catalog catalog;

    AccountController(Catalog catalog) {
        this.catalog = catalog;
    }

    /** An account. */
    @GetMapping("/v1/accounts/{account_id}")
    AccountAnswer account(@PathVariable("account_id") String accountId) {
        return AccountAnswer.of(catalog.accounts().find(accountId));
    }

    /** Registers an account, or changes it. */
    @PutMapping(path = "/v1/accounts/{account_id}", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Void> register(@PathVariable("account_id") String accountId, HttpServletRequest request) {
        catalog.accounts().register(accountId, JsonBodies.read(request));
        return ResponseEntity.ok().build();
    }

    /** The account that pays for an organization; today's, whatever the time. */
    @GetMapping("/v1/organizations/{organization_id}/account/{time}")
    AccountAnswer accountOf(@PathVariable("organization_id") String organizationId,
            @PathVariable("time") String time) {
        Times.check(time);
        return AccountAnswer.of(catalog.accounts().ofOrganization(organizationId));
    }

    /** The plan that an organization's usage of a resource type's plan is metered by now; a JSON string. */
    @GetMapping(path = "/v1/metering" + PLANS + "/metering_plan/id", produces = MediaType.APPLICATION_JSON_VALUE)
    byte[] meteringPlan(@PathVariable("organization_id") String organizationId,
            @PathVariable("resource_type") String resourceType, @PathVariable("plan_name") String planName,
            @PathVariable("time") String time) {
        return planId(PlanKind.METERING, organizationId, resourceType, planName, time);
    }

    /** The plan that an organization's usage of a resource type's plan is rated by now; a JSON string. */
    @GetMapping(path = "/v1/rating" + PLANS + "/rating_plan/id", produces = MediaType.APPLICATION_JSON_VALUE)
    byte[] ratingPlan(@PathVariable("organization_id") String organizationId,
            @PathVariable("resource_type") String resourceType, @PathVariable("plan_name") String planName,
            @PathVariable("time") String time) {
        return planId(PlanKind.RATING, organizationId, resourceType, planName, time);
    }

    /** The plan that an organization's usage of a resource type's plan is priced by now; a JSON string. */
    @GetMapping(path = "/v1/pricing" + PLANS + "/pricing_plan/id", produces = MediaType.APPLICATION_JSON_VALUE)
    byte[] pricingPlan(@PathVariable("organization_id") String organizationId,
            @PathVariable("resource_type") String resourceType, @PathVariable("plan_name") String planName,
            @PathVariable("time") String time) {
        return planId(PlanKind.PRICING, organizationId, resourceType, planName, time);
    }

    private byte[] planId(PlanKind kind, String organizationId, String resourceType, String planName, String time) {
        Times.check(time);
        catalog.accounts().ofOrganization(organizationId);
        return Json.write(catalog.provisioning().planIds(organizationId, resourceType, planName).get(kind.ordinal())
                .orElseThrow(() -> Problem.of(404, "mapping_not_found", "The " + kind.id() + " plan of " + resourceType
                        + " " + planName + " is not mapped").with("error", "Mapping not found.")));
    }

    /**
     * An account as clients see it.
     *
     * @param accountId its id
     * @param organizations the organizations it pays for
     * @param pricingCountry the country whose prices apply
     * @param currency the currency of those prices
     * @param licenseType informational
     */
    record AccountAnswer(String accountId, List<String> organizations, String pricingCountry, String currency,
            String licenseType) {
        static AccountAnswer of(Account account) {
            return new AccountAnswer(account.accountId(), account.organizations(), account.pricingCountry(),
                    account.currency(), account.licenseType());
        }
    }
}
