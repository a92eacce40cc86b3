/**
 * What every HTTP face shares: problem documents (RFC 9457), the JSON configuration of Spring MVC, limits, outbound
 * clients. No rule of the domain, no store.
 */
package io.quipu.common.web;
