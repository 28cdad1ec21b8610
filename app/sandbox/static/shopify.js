/* window.Shopify as a storefront has it: shop, currency, and the Customer Privacy API behind loadFeatures. */
(() => {
  const COOKIE = 'sandbox_consent';
  const read = () => (document.cookie.match(/(?:^|; )sandbox_consent=(yes|no)/) || [])[1] || '';
  const broken = new URLSearchParams(location.search).get('consent_api') === 'off';

  const privacy = {
    currentVisitorConsent: () => {
      const said = read();
      return { marketing: said, analytics: said, preferences: said, sale_of_data: said };
    },
    // Bath lies where consent comes first: nothing is allowed before it was given.
    analyticsProcessingAllowed: () => read() === 'yes',
    preferencesProcessingAllowed: () => read() === 'yes',
    marketingAllowed: () => read() === 'yes',
    saleOfDataAllowed: () => read() === 'yes',
    userCanBeTracked: () => read() === 'yes',
    shouldShowBanner: () => read() === '',
    getRegion: () => 'GBENG',
    setTrackingConsent: (consent, done) => {
      const yes = Boolean(consent.analytics && consent.preferences !== false);
      document.cookie = `${COOKIE}=${yes ? 'yes' : 'no'}; path=/; max-age=31536000; SameSite=Lax`;
      document.dispatchEvent(new CustomEvent('visitorConsentCollected', {
        detail: { marketingAllowed: yes, saleOfDataAllowed: yes, analyticsAllowed: yes, preferencesAllowed: yes,
          firstPartyMarketingAllowed: yes, thirdPartyMarketingAllowed: yes },
      }));
      if (done) done();
    },
  };

  window.Shopify = Object.assign(window.Shopify || {}, {
    shop: 'maison-alder.myshopify.com', locale: 'en', country: 'GB',
    currency: { active: 'GBP', rate: '1.0' }, routes: { root: '/' }, theme: { name: 'Alder', role: 'main' },
    loadFeatures: (features, done) => {
      setTimeout(() => {
        if (broken) { if (done) done(new Error('consent-tracking-api could not be loaded')); return; }
        window.Shopify.customerPrivacy = privacy;
        if (done) done();
      }, 0);
    },
  });
})();
