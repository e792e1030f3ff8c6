"""The words of software work: other names of one thing, the kinds of thing that products are of, and what says little.

General knowledge of the trade, no team's own. A line is one thing, by the name under which it is counted, and its other
names. Of a kind, each name is also counted for itself: Datadog is not Grafana, and both watch over services.
"""

SMALL_WORDS = """
    a about all also an and any are aren't as at be been being but by can can't could did do does doesn't doing don't
    each else even ever every everyone everything few for from get gets go goes going got had has have having he her
    here him his how i i'm if in instead into is isn't it it's its just let let's like lot lots make makes many may me
    might more most much must my need needs never new no nobody none nor not nothing now of off ok okay on once one only
    onto or other others our out over per please rather same shall she should since so some someone something still such
    take takes than that that's the their them then there there's these they they're thing things this those to today
    too two under until up us use used uses using very via want wants was way we we'd we'll we're we've well were what
    when where which while who whole why will with within without won't would yes yet you your year quarter month week
    day days weeks months years next last first again already anyway back keep keeps start starts stop stops
"""
EVERYDAY = """
    access account add api app area base build business change code company core cost customer data day deal developer
    engineer feature file fix group hour internal issue level line list main manage month new number old one open page
    people plan platform policy problem process product project quarter request rule run save service set ship side site
    small system team time tool two type update user version week work
    adopt allow bring build buy choose ditch drop introduce launch leave move pick quit replace stay switch
"""
SAME = """
    kubernetes: k8s, kube
    postgresql: postgres, pg, psql
    mysql: mariadb
    mongodb: mongo
    elasticsearch: elastic search
    production: prod, live environment
    staging: pre-production, preprod, pre-prod, test environment
    environment: env, envs
    repository: repo, repos
    monorepo: mono repo, mono-repo, single repo, one repo, mega-repo, mega repo
    infrastructure: infra
    configuration: config, configs
    database: db, dbs, databases, data store, datastore
    application: app, apps
    javascript: js
    typescript: ts
    golang: go language, in go, go services, go lang
    dotnet: .net, c#
    pull request: pr, prs, merge request, mr, mrs
    dependency: dep, deps, third-party package
    documentation: docs, doc, runbook, runbooks
    authentication: auth, authn, login, log in, logins, sign in, sign-in, signin, identity, log-in
    singlesignon: sso, single sign-on, single sign on, saml, scim, okta, sign in with
    multifactor: mfa, 2fa, two-factor, two factor, multi-factor, second factor, one-time code
    passwordless: passkey, passkeys, webauthn, magic link, magic links
    authorization: authz, permissions, rbac, access control
    machinelearning: ml, machine learning, classifier, classifiers
    languagemodel: llm, llms, gpt, chatgpt, openai, claude, generative ai, copilot, language model,
        language models, ai
    oncall: on-call, on call, pager, out-of-hours, out of hours, standby
    rota: rotation, rotations
    incident: sev1, sev2, sev 1, outage, outages
    postmortem: post-mortem, retrospective, retro, incident review
    observability: o11y, monitoring, apm, telemetry, tracing, traces
    logs: logging, log aggregation
    ci: continuous integration, build server, pipeline, pipelines
    release: releases, ship, shipped, ships, deploy, deploys, deploying, deployment, rollout, roll out, go live
    friday: fridays
    flag: toggle, toggles, feature flag, feature flags, feature toggle, feature toggles, flags
    inhouse: in-house, in house, homegrown, home-grown, home grown, self-built, build our own, roll our own,
        rolling our own, write our own, writing our own, building our own, our own, ourselves, custom-built, bespoke,
        internally
    selfhosted: self-hosted, self hosted, self-managed, on-prem, on-premise, on premise, on premises, bare metal
    outsource: outsourced, outsourcing, agency, offshore, third party, bpo
    contractor: contractors, freelancer, freelancers, freelance, contracting
    hire: hiring, recruit, recruiting, recruitment, headcount, backfill, new starter, hires
    remote: work from home, wfh, remote-first, distributed, from home
    office: in-office, on-site, onsite, in person, in-person, hybrid
    message: sms, text message, text messages, texting, text staff, text customers, text users, texts
    push: push notification, push notifications
    email: e-mail, emails, e-mails, mail
    phone: telephone
    contact: contact info, contact details, phone number, phone numbers
    experiment: a/b test, ab test, a/b testing, split test
    analytics: funnels, session replay, product analytics
    recommendation: recs, recommendations, recommender
    personaldata: pii, personal data, gdpr, personally identifiable
    retention: retain, retained, keep for, purge
    encrypt: encryption, kms, at rest
    backup: backups, snapshot, snapshots
    disaster: dr, failover, disaster recovery
    region: regions, us-east, us-east-1, us-west, us-west-2, eu-west-1, eu-central-1, data residency,
        availability zone
    unitedstates: us, usa, states, america, american
    europe: eu, european, emea
    britain: uk, united kingdom
    queue: job queue, message queue, background jobs, background job, worker queue
    stream: streaming, event stream, event bus, pubsub, pub/sub
    event: events, event store, event log
    cache: caching, cached, caches
    cdn: edge cache, content delivery
    microservice: microservices, micro-services, service-oriented, own service, separate service, its own service,
        split out, split up, carve out, pull out
    monolith: monolithic, modular monolith, majestic monolith
    serverless: lambda, lambdas, functions as a service, faas, cloud functions
    frontend: front-end, front end, ui, client-side
    backend: back-end, back end, server-side
    mobile: ios, android, iphone, handset
    native: swift, kotlin, swiftui, native app
    rewrite: rewriting, rebuild, re-write, greenfield, from scratch
    refactor: refactoring, clean up, cleanup, tech debt, technical debt
    deprecate: deprecated, sunset, retire, turn off, switch off, end of life, eol, decommission
    pullback: restore, reinstate, bring back, turn back on, turned back on, reintroduce, back on
    approve: approval, approvals, approver, approvers, sign-off, sign off, reviewer, reviewers,
        second pair of eyes, review,
        reviews
    offer: offers, counteroffer
    auction: auctions, bidding, bid, bids, reserve price
    advertising: ads, ad, adverts, advert, sponsored, promoted, promotion, boosted, placement, placements
    fee: fees, commission, take rate, charge
    price: pricing, prices, tariff
    discount: discounts, markdown, price drop, price cut, repricing, reprice, drop automatically
    freetier: free plan, free tier, freemium, free forever
    trial: free trial, trials
    seat: seats, per user, per-user, per seat, per-seat
    usagebased: usage-based, metered, pay as you go, consumption
    annual: yearly, per year, a year, annually
    subscription: subscriptions, recurring
    payout: payouts, pay out, paid out, cash out, cashed out, release money, seller money, pay sellers, pay people
    refund: refunds, returns, return, money back
    verify: verification, kyc, id check, id step, identity check, license, licence, verifying
    buyer: buyers, customer, customers, client, clients
    vendor: supplier, provider, third-party vendor
    vehicle: truck, trucks, van, vans, fleet, lorry, lorries, driver, drivers
    delivery: deliveries, shipping, courier, couriers, logistics
    warehouse: data warehouse, data platform, lakehouse, data lake
    accessibility: a11y, wcag, screen reader, screen readers
    localisation: l10n, i18n, translation, translations, internationalisation
    international: abroad, overseas, other countries, global expansion
    timezone: time zone, timezones, local time, local times, wall clock
    utc: gmt, zulu time
    browser: ie11, internet explorer, edge, safari
    endtoend: e2e, end-to-end, browser test, browser tests, ui tests
    test: tests, testing, qa
    coverage: test coverage
    standup: stand-up, standups, daily, daily sync
    meeting: meetings, sync, syncs, call-in
    fourdayweek: four-day week, 4-day week, four day week
    opensource: open source, open-source, oss, foss
    closedsource: proprietary, closed source
    licence: license, licences, licensing
    certify: certification, iso 27001, iso27001, soc 2, soc2, pci, hipaa, fedramp, audit, audits
    pentest: pen test, penetration test
    vpn: zero trust, bastion
    secret: secrets, vault, credentials
    admin: administrator, back office, backoffice
    tenant: tenants, multi-tenant, multitenant, per tenant, customer database
    schema: schemas
    migrate: migration, migrations, move, moving, moves, moved
    freeze: frozen, code freeze, change freeze, moratorium, freezing
    deadline: due date, cutoff, cut-off
    estimate: estimates, story points, estimation
    sprint: sprints, scrum, iteration
    kanban: continuous flow
    squad: squads, pod, pods, tribe, crew
    expensive: high value, high-value, pricey
    threshold: cap, limit, ceiling
    storage: object storage, s3, blob storage, buckets
    laptop: macbook, macbooks, laptops
    tablet: tablets, ipad, ipads
    billing: bill, bills, invoice, invoices, invoicing
    chatbot: chat bot, bot, virtual assistant
    realtime: real-time, real time, websocket, websockets, live updates
    schedule: cron, scheduled, nightly, overnight, batch
    beta: early access, preview release, soft launch
    salary: pay band, pay bands, compensation, salaries
    equity: stock options, share options, shares
    junior: juniors, graduate, graduates, grad, grads, intern, interns, apprentice
    weekend: weekends, saturday, sunday, saturdays, sundays
    support: helpdesk, help desk, service desk, customer service, customer support
    latency: response time, slow, slowness, p95, p99
    compress: compression, gzip, zstd, brotli
    partner: partners, reseller, resellers, integrator, integrators
    enterprise: enterprise plan, enterprise tier, enterprise-only
    consent: opt in, opt-in, opted in, cookie banner
    optout: opt out, opt-out, opted out
    export: exports, csv export, data export
    upgrade: upgrading, upgrades, bump
    version: versions, semver, versioning
    branch: branches, trunk, trunk-based, gitflow, mainline
    contract: contracts, agreement, msa, dpa
    offline: no signal, without a connection, airplane mode
"""
KINDS = """
    hosting: heroku, render, fly.io, railway, vercel, netlify, digitalocean, linode, hetzner
    cloud: aws, azure, gcp, google cloud, amazon
    containers: kubernetes, ecs, fargate, eks, gke, aks, nomad, openshift, cloud run, docker swarm
    kubernetes: eks, gke, aks, openshift, helm, argo
    database: postgres, mysql, mongodb, dynamodb, cockroachdb, cassandra, sqlite, aurora, spanner, oracle, mssql,
        planetscale,
        supabase, firestore, firebase
    cache: redis, memcached, valkey
    queue: rabbitmq, sqs, bullmq, sidekiq, celery, resque, kafka, nats, pubsub, activemq, temporal, kinesis
    stream: kafka, kinesis, pulsar, redpanda, flink
    searchengine: elasticsearch, opensearch, algolia, typesense, meilisearch, solr
    observability: datadog, grafana, loki, newrelic, new relic, honeycomb, splunk, elk, kibana, sentry, prometheus,
        cloudwatch, dynatrace, opentelemetry, otel, logs, metrics, tempo, rum, uptime
    flag: launchdarkly, unleash, flagsmith, growthbook, optimizely, configcat, statsig
    authentication: auth0, cognito, keycloak, okta, workos, clerk, fusionauth, singlesignon, passwordless, passkey,
        entra
    payments: stripe, adyen, paypal, braintree, worldpay, checkout.com, square, klarna, gocardless, mollie
    supportdesk: zendesk, intercom, freshdesk, helpscout, help scout, front, hubspot, jira service desk
    mailer: sendgrid, postmark, ses, mailgun, mailchimp, sparkpost, resend, customer.io, braze
    message: whatsapp, twilio, vonage
    analytics: amplitude, mixpanel, posthog, heap, google analytics, segment, fullstory
    warehouse: snowflake, bigquery, redshift, databricks, clickhouse, synapse
    dashboard: looker, metabase, tableau, power bi, powerbi, superset
    frontendframework: react, vue, angular, svelte, next.js, nextjs, hotwire, turbo, htmx, ember, solid, remix, astro
    language: golang, rust, python, java, kotlin, ruby, typescript, php, elixir, scala, node, dotnet, clojure
    mobileframework: react native, flutter, swift, kotlin, native, ionic, capacitor, pwa, expo, xamarin
    apistyle: graphql, rest, grpc, soap, trpc, json api, webhooks
    ci: jenkins, github actions, circleci, gitlab ci, buildkite, travis, teamcity, argo cd
    endtoend: cypress, playwright, selenium, webdriver, puppeteer
    infrastructureascode: terraform, pulumi, cloudformation, cdk, ansible, opentofu
    tracker: jira, linear, asana, trello, shortcut, youtrack, monday
    wiki: confluence, notion, google docs, sharepoint, coda
    chat: slack, teams, discord, mattermost
    imagehost: cloudinary, imgix, imagekit, thumbor, imagemagick
    fraudtool: sift, stripe radar, radar, riskified, forter, signifyd
    codehost: github, gitlab, bitbucket
    laptop: mac, macs, windows, linux, thinkpad
    commerce: shopify, magento, woocommerce, salesforce commerce
    crm: salesforce, hubspot, pipedrive
    cms: contentful, wordpress, sanity, strapi, webflow, prismic
    engine: unity, unreal, godot
    payroll: gusto, deel, rippling, adp
    abroad: international, canada, toronto, london, germany, berlin, france, paris, mexico, india, japan,
        australia, brazil,
        spain, italy, poland, netherlands, ireland, singapore
    canada: toronto, montreal, vancouver
    unitedstates: us-east, us-east-1, us-west, new york, san francisco
    fulltime: permanent, perm, employee, staff engineer
    languagemodel: gemini, llama, mistral, anthropic, bedrock, fine-tune, fine-tuned, rag, embeddings
    machinelearning: model, models, neural, embeddings, two-tower
"""
