"""Drift: have a site's days moved from what its detector's file learned?"""
